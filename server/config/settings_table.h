/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one table of settings. No header of its own: settings_rows.c includes it
 * once. A setting is one entry; its place in struct settings is the only other
 * line that it needs. LIVE: a reload takes it. RESTART: what c-icap, the users
 * and the cages were started with; a reload that would change it is refused.
 *
 * SETTING(key, kind, member, default, least, most, when, help)
 * WORDS(key, kind, member, default, words, when, help)
 */
WORDS("sandbox", choice, sandbox, "required", "required|best-effort", RESTART,
    "Each process of the service is kept to what it needs by the kernel. "
    "required: refuse to start where the kernel cannot (Linux 6.1 can: seccomp "
    "and Landlock ABI 2), or where /proc hides from a keeper what memory its "
    "workers take (hidepid). best-effort: warn, and go on with what it can; "
    "glassgate status shows what is missing.")

WORDS("log.level", word, log_level, "info", "error|warn|info|debug", LIVE,
    "How much is logged to standard error. info has one line per verdict.")

SETTING("icap.listen", address, icap_listen, "127.0.0.1:1344", 0, 0, RESTART,
    "Where proxies reach the ICAP service.")
SETTING("icap.clients", networks, icap_clients, "127.0.0.1,::1", 0, 0, RESTART,
    "Who may use it. All others get ICAP status 403.")
SETTING("icap.threads", count, icap_threads, "256", 4, 4096, RESTART,
    "Connections that are served at the same time. An idle connection that a "
    "proxy keeps open holds one, too. Proxies are told of four ninths for "
    "requests and for responses each and of one for streams of events, so that "
    "Squid holds back what is more; a connection beyond all threads waits "
    "without an answer.")
SETTING("icap.spare_threads", count, icap_spare_threads, "2", 0, 1024, RESTART,
    "When fewer threads than this have no request, a body has the outcome "
    "overload at once. Less than icap.threads.")
SETTING("icap.preview", bytes, icap_preview, "16K", 0, 61440, RESTART,
    "Bytes of a body that a proxy sends ahead. Squid never gets 64K together, "
    "so that it would wait for ever.")
SETTING("icap.options_ttl", seconds, icap_options_ttl, "300", 60, 86400,
    RESTART,
    "How long a proxy may trust what OPTIONS said. Squid forgets failures each "
    "time that it asks again; when nobody answers it just then, it gives all "
    "users error pages for 30 seconds. It asks at most every 30 seconds.")
SETTING("icap.keepalive", seconds, icap_keepalive, "10", 1, 3600, RESTART,
    "An idle connection is closed after this time.")
SETTING("icap.timeout", seconds, icap_timeout, "60", 5, 3600, RESTART,
    "A client that sends or takes nothing for this long is dropped.")
SETTING("icap.program", path, icap_program, CICAP_PROGRAM, 0, 0, RESTART,
    "The program c-icap.")
SETTING("icap.module", path, icap_module, MODULEDIR "/srv_glassgate.so", 0, 0,
    RESTART,
    "Our service, loaded by c-icap.")
SETTING("icap.user", user, icap_user, "glassgate-icap", 0, 0, RESTART,
    "c-icap runs as this user when glassgated is started as root.")

SETTING("body.max", bytes, body_max, "100M", 1024, BYTES_MOST, LIVE,
    "Larger bodies have the outcome too-big. At most scan.max.")

SETTING("body.memory", bytes, body_memory, "256M", 1048576, 1099511627776, LIVE,
    "Memory for all bodies together, until each was judged and is passed on. "
    "What is more goes to disk.")
SETTING("body.disk", bytes, body_disk, "2G", 0, 1099511627776, LIVE,
    "Room on disk for all bodies together. When it is used up, too, a body has "
    "the outcome overload. 0: none goes to disk. A body is in memory or on "
    "disk as a whole: one of both should be larger than body.max.")
SETTING("body.folder", path, body_folder, "/var/lib/glassgate/bodies", 0, 0,
    RESTART,
    "Where bodies are on disk, in files without a name that only icap.user can "
    "read. It is made if it is not there, and needs a file system that has "
    "O_TMPFILE, as ext4, XFS, Btrfs and tmpfs do; if the default cannot be "
    "made, no body goes to disk, with a warning.")

SETTING("cache.size", bytes, cache_size, "32M", 0, 17179869184, RESTART,
    "Memory for what was said of bodies: one that comes again is not scanned "
    "again, as long as the same signatures and settings serve. 32M keep about "
    "120000 of them. At least 64K. 0: every body is scanned.")

WORDS("names.double_extension", choice, names_double_extension, "pass",
    "pass|block", LIVE,
    "A file called like a document that is a program: invoice.pdf.exe, by its "
    "URL or its Content-Disposition. The log's verdict says so as "
    "odd=double-extension. block: the outcome is forbidden.")
WORDS("names.right_to_left", choice, names_right_to_left, "pass", "pass|block",
    LIVE,
    "A name with a mark that turns the direction of its letters, so that its "
    "end looks like its middle. Arabic and Hebrew names may have one. The log "
    "says odd=right-to-left. block: the outcome is forbidden.")

WORDS("types.executable", choice, policy.types[TYPE_EXECUTABLE], "pass",
    "block|pass", LIVE,
    "Programs and packages. Each rule of this group holds if one of three says "
    "so: the declared type, the name, or the bytes. The log's verdict has them "
    "as declared=, named= and bytes=. What is in an archive has no say, a file "
    "in a form has. block: the outcome is forbidden. For policies, too, that "
    "do not name it.")
WORDS("types.script", choice, policy.types[TYPE_SCRIPT], "pass", "block|pass",
    LIVE,
    "Scripts and links. JavaScript of pages is one, too: block it only in a "
    "policy that is not for people who surf.")
WORDS("types.archive", choice, policy.types[TYPE_ARCHIVE], "pass", "block|pass",
    LIVE,
    "Archives and compressed files; no office documents, although those are "
    "archives.")
WORDS("types.macro", choice, policy.types[TYPE_MACRO], "pass", "block|pass",
    LIVE,
    "Office documents with macros: called or declared so, or found in the "
    "document. policy.macro is about all macros, also those in an archive.")
WORDS("types.disk_image", choice, policy.types[TYPE_DISK_IMAGE], "pass",
    "block|pass", LIVE,
    "Images of disks.")
WORDS("types.mismatch", choice, policy.types[TYPE_MISMATCH], "pass",
    "block|pass", LIVE,
    "Bytes that are a program, an archive or a disk image, where the declared "
    "type or the name says document, image, audio, video or text; scripts, "
    "where it says document, image, audio or video; documents with macros, "
    "where it says image, audio, video or text. Other differences are what "
    "honest servers make.")

WORDS("types.media", choice, policy.skips[SKIP_MEDIA], "scan", "scan|skip",
    LIVE,
    "Audio and video. skip: a body is not scanned, and its outcome is skipped, "
    "where it is declared so, not called otherwise, not packed by a "
    "Content-Encoding, no range, and a worker sees its first bytes and agrees. "
    "While the owner's list has a body by its SHA-256, all are scanned. For "
    "policies, too, that do not name it.")
WORDS("types.events", choice, policy.skips[SKIP_EVENTS], "skip", "scan|skip",
    LIVE,
    "Server-sent events (text/event-stream) have no end. skip: they pass "
    "unscanned, as audio and video do, where a worker sees that they begin as "
    "one, and no browser asks for a script, a page or a download by that URL "
    "(Sec-Fetch-Dest). scan: nothing of such a stream comes through before its "
    "end. No other kind can be skipped.")

WORDS("proxy.drip", choice, proxy_drip, "on-stall", "on-stall|always|never",
    LIVE,
    "Squid 5 stalls on large bodies unless it gets some of the answer before "
    "the verdict. on-stall: single bytes, only when that happens. always: for "
    "every large body. never: such downloads hang. After the first byte an "
    "infected body ends in a cut connection, not in a block page.")
SETTING("proxy.remember", seconds, proxy_remember, "600", 0, 86400, LIVE,
    "After a cut connection the next request for the same URL gets its block "
    "page at once, for this long. 0: never.")
SETTING("proxy.range_endings", endings, range_endings,
    "mp4,m4v,m4a,m4s,mov,webm,mkv,ogv,oga,ogg,opus,mp3,aac,flac,wav,avi,flv,ts",
    0, 0, LIVE,
    "A request for a file with one of these endings may ask for a part of it. "
    "From all others Range and If-Range are taken out, so that the whole comes "
    "and is scanned. None: from all.")
SETTING("proxy.range_hosts", hosts, range_hosts,
    "windowsupdate.com,update.microsoft.com,delivery.mp.microsoft.com,"
    "officecdn.microsoft.com,swcdn.apple.com,updates.cdn-apple.com,gvt1.com",
    0, 0, LIVE,
    "A request to one of these hosts, or to a name below one, may ask for a "
    "part of a file, too: updaters that fetch nothing else. *: all hosts.")

SETTING("trickle.types", groups, trickle_types, "media", 0, 0, LIVE,
    "Downloads of these kinds, by their declared type, with no name that says "
    "otherwise, give their first bytes before the verdict: a browser does not "
    "wait in the dark. What is found then ends in a cut connection, not in a "
    "block page, and the file stays in pieces. None: no download does. A "
    "program or a script in pieces may still run: leave them out.")
SETTING("trickle.delay", seconds, trickle_delay, "1", 0, 3600, LIVE,
    "So long after its beginning nothing of it goes out: what is decided by "
    "then gets its block page.")
SETTING("trickle.rate", bytes, trickle_rate, "4K", 1, 1073741824, LIVE,
    "Bytes that go out each second.")
SETTING("trickle.share", count, trickle_share, "10", 1, 99, LIVE,
    "Percent of what has come that may be out, at most.")
SETTING("trickle.hold", bytes, trickle_hold, "64K", 1, BYTES_MOST, LIVE,
    "The last bytes that have come, which never go out before the verdict. So "
    "shorter downloads wait for it.")

SETTING("signatures.folders", paths, signature_folders, "/var/lib/clamav", 0, 0,
    LIVE,
    "Folders with ClamAV signature files, at most 1024 in all of them; other "
    "files there do not count. The default may be missing: then only built-in "
    "test signatures are used, with a warning.")

SETTING("signatures.must_pass", files, must_pass, "", 0, 0, LIVE,
    "Known-good files of yours. New signatures that find one of them are "
    "refused, and the old ones serve on.")

SETTING("signatures.state_folder", path, state_folder,
    "/var/lib/glassgate/signatures", 0, 0, RESTART,
    "Where sets of signatures are kept: a copy of each that served. What "
    "serves is always such a copy. It is made if it is not there, and "
    "needs room for one set more than are kept; if the "
    "default cannot be made, the folders themselves are loaded and nothing is "
    "kept, with a warning.")
SETTING("signatures.keep", count, signatures_keep, "3", 1, 100, LIVE,
    "How many sets are kept: `glassgate signatures list`.")
SETTING("signatures.watch", seconds, signatures_watch, "10", 0, 3600, LIVE,
    "A change in the folders is loaded once nothing has changed for this long, "
    "at the latest ten times as long after the first change. 0: only when "
    "asked for, by `glassgate reload`.")

WORDS("reload.memory", choice, reload_memory, "wait", "wait|stall", LIVE,
    "A reload loads the new signatures beside the old ones. When the memory "
    "for both is not there: wait until it is, or stall, that is end the old "
    "ones first; until the new ones are loaded bodies have the outcome "
    "loading.")

SETTING("scan.program", path, scan_program, LIBEXECDIR "/glassgate-keeper", 0,
    0, LIVE,
    "The program that loads the signatures and forks the scan workers.")
SETTING("scan.user", user, scan_user, "glassgate-scan", 0, 0, RESTART,
    "It runs as this user when glassgated is started as root.")
SETTING("scan.small_workers", count, scan_small_workers, "4", 1, SERVING_MOST -
    1, LIVE,
    "Scan workers for small bodies.")
SETTING("scan.big_workers", count, scan_big_workers, "2", 1, SERVING_MOST - 1,
    LIVE,
    "Scan workers for big bodies. Both together: at most " XSTR(SERVING_MOST) ""
    ". A spare one of each lane waits beside them.")
SETTING("scan.small_max", bytes, scan_small_max, "1M", 1024, BYTES_MOST, LIVE,
    "The largest body that counts as small.")
SETTING("scan.small_seconds", seconds, scan_small_seconds, "30", 1, 3600, LIVE,
    "Longest scan of a small body; then its outcome is timeout.")
SETTING("scan.big_seconds", seconds, scan_big_seconds, "120", 1, 3600, LIVE,
    "Longest scan of a big body; then its outcome is timeout.")
SETTING("scan.small_bodies", count, scan_small_bodies, "10000", 1, 1000000,
    LIVE,
    "A worker for small bodies is replaced after so many of them.")
SETTING("scan.big_bodies", count, scan_big_bodies, "1000", 1, 1000000, LIVE,
    "A worker for big bodies is replaced after so many of them.")
SETTING("scan.small_age", seconds, scan_small_age, "3600", 1, 86400, LIVE,
    "A worker for small bodies is replaced after this time.")
SETTING("scan.big_age", seconds, scan_big_age, "3600", 1, 86400, LIVE,
    "A worker for big bodies is replaced after this time.")
SETTING("scan.renew_deaths", count, scan_renew_deaths, "8", 0, DEATHS_MOST,
    LIVE,
    "So many workers that died by a signal within scan.renew_seconds, and the "
    "signatures are loaded again by a new keeper. 0: never.")
SETTING("scan.renew_seconds", seconds, scan_renew_seconds, "60", 1, 3600, LIVE,
    "See scan.renew_deaths.")
SETTING("scan.queue", count, scan_queue, "256", 1, 4096, LIVE,
    "Bodies that may wait for a worker, small and big ones apart. One more has "
    "the outcome overload.")
SETTING("scan.queue_seconds", seconds, scan_queue_seconds, "20", 1, 3600, LIVE,
    "Longest wait for a worker.")
SETTING("scan.max", bytes, scan_max, "400M", SCAN_MAX_LEAST,
    SCAN_MAX_MOST, LIVE,
    "Bytes that are scanned of one body, all that is packed in it included. "
    "More has the outcome too-big.")
SETTING("scan.recursion", count, scan_recursion, "17", RECURSION_LEAST,
    RECURSION_MOST, LIVE,
    "Containers inside of containers that are opened, and, apart from them, "
    "layers of Content-Encoding. Deeper ones have the outcome too-deep. "
    "libclamav counts a web page in UTF-16, its text and that without its "
    "marks as 3: with less no such page would pass.")
SETTING("scan.files", count, scan_files, "10000", FILES_LEAST, FILES_MOST,
    LIVE,
    "Files of one container that are scanned, and five times as many values of "
    "one text (JSON, a form, a page). More have the outcome too-deep. "
    "libclamav counts a web page and its normalised text as 2: with less no "
    "page would pass.")
SETTING("scan.memory", bytes, scan_memory, "1G", 67108864, 1099511627776, LIVE,
    "Memory that one worker may take for a body, what it unpacks included. One "
    "that takes more is killed; the outcome is engine-error. At least "
    "scan.max.")

SETTING("page.templates", path, page_templates, DATADIR "/templates", 0, 0,
    RESTART,
    "Folder with the block page: LANGUAGE/blocked.html; en must be there. A "
    "page is UTF-8 of at most 64 KB. In it must be each of {{title}}, "
    "{{text}}, {{name}} (what was found), {{url}}, {{client}}, {{user}}, "
    "{{when}}, {{id}} (of the request, as in the log) and {{contact}}, once or "
    "more, and no other {{. A "
    "reload reads what changed in it; another folder that took its place is "
    "refused until glassgated is started again.")
SETTING("page.contact", text, page_contact, "your administrator", 0, 0, LIVE,
    "Whom to ask, as the block page says it.")

SETTING("test.memory", bytes, test_memory, "0", 0, 1099511627776, LIVE,
    "Bytes that are free, as far as a reload knows. 0: what there is.")
SETTING("test.landlock_abi", count, test_landlock_abi, "0", 0, 1000, RESTART,
    "The newest Landlock ABI that is used. 0: what the kernel has.")
SETTING("test.errand_seconds", count, test_errand_seconds, "0", 0, 3600, LIVE,
    "Seconds that an errand of the supervisor has at most. 0: its own limit.")
WORDS("test.namespaces", choice, test_namespaces, "on", "off|on", RESTART,
    "off: as on a kernel that refuses namespaces.")
WORDS("test.seccomp", choice, test_seccomp, "on", "off|on", RESTART,
    "off: as on a kernel without seccomp.")
SETTING("test.engine_plain", count, test_engine_plain, "0", 0, 31, LIVE,
    "What is left as libclamav does it by itself, a sum: 1 hashes of all "
    "images, 2 layers that are looked at again, 4 a heap that gives its pages "
    "back, 8 signatures in small pages, 16 two passes of the matcher, also for "
    "a few signatures.")

WORDS("policy.mode", choice, policy.mode, "enforce", "enforce|watch", LIVE,
    "watch: what would be blocked is logged and counted, and passes, with "
    "Cache-Control: no-store; all but none, and bodies that could not be kept. "
    "For policies, too, that do not name a mode.")
WORDS("policy.unchecked", choice, policy.unchecked, "page", "page|500", LIVE,
    "How that is answered which is blocked because it could not be checked "
    "(all outcomes but infected, suspicious, unwanted, macro, forbidden, and "
    "clean). page: with the block page, as a finding is. 500: with ICAP 500 "
    "and X-Error-Code, which file stores (Nextcloud) want. Not for proxies: "
    "after a few of these Squid takes the service for broken. For policies, "
    "too, that do not name it.")
