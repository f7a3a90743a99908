/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one table of counters and gauges. No header of its own: metrics.h
 * includes it, and makes its enum of it.
 */
#ifndef METRICS_METRICS_TABLE_H
#define METRICS_METRICS_TABLE_H

/* id, name, is it a gauge (else it only grows), help */
#define METRICS(X)                                                             \
	X(REQUESTS, "glassgate_requests_total", 0,                             \
	    "ICAP requests that were decided; equals the sum of outcomes.")    \
	X(BLOCKED, "glassgate_blocked_total", 0,                               \
	    "Requests that got the block page or a cut connection.")           \
	X(BODY_BYTES, "glassgate_body_bytes_total", 0,                         \
	    "Bytes of HTTP bodies received.")                                  \
	X(SCANS, "glassgate_scans_total", 0,                                   \
	    "Jobs handed in to scan workers, retries included.")               \
	X(SCAN_RETRIES, "glassgate_scan_retries_total", 0,                     \
	    "Jobs handed in again because the first worker died.")             \
	X(SCANS_LOST, "glassgate_scans_lost_total", 0,                         \
	    "Scans that ended with the life of their worker.")                 \
	X(POISON_REFUSED, "glassgate_poison_refused_total", 0,                 \
	    "Requests refused because their body had cost two workers.")       \
	X(CACHE_HITS, "glassgate_cache_hits_total", 0,                         \
	    "Bodies that were known: answered without a scan.")                \
	X(CACHE_MISSES, "glassgate_cache_misses_total", 0,                     \
	    "Bodies that were looked for in vain: scanned.")                   \
	X(CACHE_STORES, "glassgate_cache_stores_total", 0,                     \
	    "Verdicts that were kept.")                                        \
	X(CACHE_EVICTIONS, "glassgate_cache_evictions_total", 0,               \
	    "Verdicts that had to leave for others.")                          \
	X(CACHE_WAITS, "glassgate_cache_waits_total", 0,                       \
	    "Bodies that waited because the same one was being scanned.")      \
	X(CACHE_COALESCED, "glassgate_cache_coalesced_total", 0,               \
	    "Of them, those that got its verdict: no scan of their own.")      \
	X(CACHE_ENTRIES, "glassgate_cache_entries", 1,                         \
	    "Verdicts that are kept, of the signatures that serve.")           \
	X(CLIENTS_GONE, "glassgate_clients_gone_total", 0,                     \
	    "Clients that left before their request was decided.")             \
	X(BODIES_LOST, "glassgate_bodies_lost_total", 0,                       \
	    "Bodies that could not be kept until their verdict: blocked.")     \
	X(BODY_MEMORY, "glassgate_body_memory_bytes", 1,                       \
	    "Memory that bodies take: body.memory.")                           \
	X(BODY_DISK, "glassgate_body_disk_bytes", 1,                           \
	    "Room on disk that bodies take: body.disk.")                       \
	X(BODIES_ON_DISK, "glassgate_bodies_on_disk_total", 0,                 \
	    "Bodies that went to disk, as there was no memory for them.")      \
	X(BODIES_NO_ROOM, "glassgate_bodies_no_room_total", 0,                 \
	    "Bodies for which neither memory nor disk was left: overload.")    \
	X(BODY_DISK_FAULTS, "glassgate_body_disk_faults_total", 0,             \
	    "Of them, those that body.folder did not take: full, or gone.")    \
	X(GIVEN_UP, "glassgate_given_up_total", 0,                             \
	    "Requests that a stop of c-icap ended before their verdict.")      \
	X(BAD_MESSAGES, "glassgate_bad_messages_total", 0,                     \
	    "Messages on our own sockets that broke protocol.")                \
	X(STALLS, "glassgate_stalls_total", 0,                                 \
	    "Squid stalls found and kept going with single bytes.")            \
	X(TRICKLED, "glassgate_trickled_total", 0,                             \
	    "Answers that began before their verdict: trickle.types.")         \
	X(CUTS, "glassgate_cuts_total", 0,                                     \
	    "Answers cut because the verdict came after the first byte.")      \
	X(REMEMBERED, "glassgate_remembered_total", 0,                         \
	    "Requests blocked at once because their URL had been cut.")        \
	X(RANGES, "glassgate_ranges_taken_out_total", 0,                       \
	    "Requests for a part of a file that asked for all of it then.")    \
	X(DEATHS_SIGNAL, "glassgate_worker_deaths_total{reason=\"signal\"}",   \
	    0, "Workers that died by a signal.")                               \
	X(DEATHS_EXIT, "glassgate_worker_deaths_total{reason=\"exit\"}", 0,    \
	    "Workers that went away by themselves.")                           \
	X(DEATHS_DEADLINE,                                                     \
	    "glassgate_worker_deaths_total{reason=\"deadline\"}", 0,           \
	    "Workers killed because a scan was overdue.")                      \
	X(DEATHS_ABANDONED,                                                    \
	    "glassgate_worker_deaths_total{reason=\"abandoned\"}", 0,          \
	    "Workers killed because their client had left.")                   \
	X(DEATHS_PROTOCOL,                                                     \
	    "glassgate_worker_deaths_total{reason=\"protocol\"}", 0,           \
	    "Workers killed because they broke protocol.")                     \
	X(DEATHS_MEMORY, "glassgate_worker_deaths_total{reason=\"memory\"}",   \
	    0, "Workers killed because a scan took too much memory.")          \
	X(REPLACED_BODIES,                                                     \
	    "glassgate_workers_replaced_total{reason=\"bodies\"}", 0,          \
	    "Workers in good health replaced after their share of bodies.")    \
	X(REPLACED_AGE, "glassgate_workers_replaced_total{reason=\"age\"}",    \
	    0, "Workers in good health replaced after their time.")            \
	X(REPLACED_BREACH,                                                     \
	    "glassgate_workers_replaced_total{reason=\"breach\"}", 0,          \
	    "Workers replaced because one of their lane broke protocol.")      \
	X(FORK_WAITS, "glassgate_fork_waits_total", 0,                         \
	    "Scans that waited because a worker had to be forked first.")      \
	X(RENEWALS, "glassgate_keeper_renewals_total", 0,                      \
	    "Fresh keepers asked for because workers died by signals.")        \
	X(KEEPER_STARTS, "glassgate_keeper_starts_total", 0,                   \
	    "Keepers started, the first one included.")                        \
	X(ICAP_STARTS, "glassgate_icap_starts_total", 0,                       \
	    "c-icap servers started, the first one included.")                 \
	X(HANGS_KEEPER, "glassgate_hangs_total{process=\"keeper\"}", 0,        \
	    "Keepers killed because they hung.")                               \
	X(HANGS_CHILD, "glassgate_hangs_total{process=\"icap-child\"}", 0,     \
	    "Children of c-icap killed because they hung.")                    \
	X(HANGS_ICAP, "glassgate_hangs_total{process=\"icap\"}", 0,            \
	    "c-icap servers killed because they hung.")                        \
	X(HANGS_ERRAND, "glassgate_hangs_total{process=\"errand\"}", 0,        \
	    "Errands of the supervisor killed because they hung.")             \
	X(RELOADS, "glassgate_reloads_total", 0,                               \
	    "Reloads that went well: another generation serves.")              \
	X(RELOADS_REFUSED, "glassgate_reloads_refused_total", 0,               \
	    "Reloads that were refused: the old generation serves on.")        \
	X(RELOADS_PUT_OFF, "glassgate_reloads_put_off_total", 0,               \
	    "Reloads that had to wait for memory.")                            \
	X(RELOAD_REFUSED, "glassgate_reload_refused", 1,                       \
	    "1 from a refused reload until what was refused is mended.")       \
	X(PASS_ALL, "glassgate_pass_all", 1,                                   \
	    "1 while everything passes unscanned: glassgate pass-all.")        \
	X(PASSED_ALL, "glassgate_passed_all_total", 0,                         \
	    "Requests with a body that passed unscanned by pass-all.")         \
	X(WATCHED, "glassgate_watched_total", 0,                               \
	    "Requests that passed in watch mode and would have been blocked.") \
	X(ANSWERS_500, "glassgate_answers_500_total", 0,                       \
	    "Blocked requests that were answered with ICAP 500 by a policy.")  \
	X(ALLOWED, "glassgate_allowed_total", 0,                               \
	    "Requests that passed by the owner's list alone.")                 \
	X(LISTED, "glassgate_listed_total", 0,                                 \
	    "Requests that are forbidden by the owner's list.")                \
	X(SELFCHECKS, "glassgate_selfchecks_total", 0,                         \
	    "Our own requests through ICAP; not counted as requests.")         \
	X(NO_REAL_SIGNATURES, "glassgate_no_real_signatures", 1,               \
	    "1 while only the built-in test signatures are loaded.")           \
	X(SETTINGS_BEHIND, "glassgate_settings_behind", 1,                     \
	    "Children of c-icap that cannot take the settings: they block.")   \
	X(WATCH_MODE, "glassgate_watch_mode", 1,                               \
	    "Policies in watch mode, the default included: nothing blocks.")   \
	X(SETS_NOT_KEPT, "glassgate_signature_sets_not_kept", 1,               \
	    "1 while no set of signatures is kept: there is no way back.")     \
	X(NO_BODY_DISK, "glassgate_body_disk_missing", 1,                      \
	    "1 while no body can go to disk: body.folder cannot be made.")     \
	X(LAYERS_MISSING, "glassgate_sandbox_layers_missing", 1,               \
	    "Layers of the workers' cage that this machine lacks.")

#endif
