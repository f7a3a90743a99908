/* SPDX-License-Identifier: GPL-2.0-only */
/* One value of a policy, from text. Fills the rule only on success. */
#include "policy/rules.h"

#include <string.h>

#include "policy/type_rules.h"

#define NAME_ALLOWED "1 to 63 of A-Z a-z 0-9 . _ -, not default"
#define NAME_SIGNS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define SHOWN_MAX 64
#define MATCH "match."
#define OUTCOMES_KEY "outcomes."
#define LIMITS_KEY "limits."
#define LISTS_KEY "lists."
#define TYPES_KEY "types."

/* One line whatever the value holds. */
static int
bad(struct err *err, const char *value, const char *what, const char *allowed)
{
	char shown[SHOWN_MAX + 1];
	size_t i;

	for (i = 0; i < SHOWN_MAX && value[i] != '\0'; i++)
		shown[i] = value[i] < ' ' || value[i] > '~' ||
		    value[i] == '"' ? '?' : value[i];
	shown[i] = '\0';
	return err_set(err, "\"%s\" %s; allowed: %s", shown, what, allowed);
}

static bool
takes_all(const struct rule *rule)
{
	size_t i;

	for (i = 0; i < MATCH_COUNT; i++)
		if (rule->match[i].count > 0)
			return false;
	return true;
}

static int
begin(struct rules *rules, const char *name, struct err *err)
{
	struct rule *rule = &rules->rule[rules->count];
	uint32_t i;

	if (*name == '\0' || strlen(name) >= RULE_NAME ||
	    name[strspn(name, NAME_SIGNS)] != '\0' ||
	    strcmp(name, RULE_DEFAULT) == 0)
		return bad(err, name, "cannot be a name", NAME_ALLOWED);
	for (i = 0; i < rules->count; i++)
		if (strcmp(rules->rule[i].name, name) == 0)
			return bad(err, name, "is there twice",
			    "a name that no other policy has");
	if (rules->count == RULES_MAX)
		return bad(err, name, "is one policy too many", "up to 64");
	if (rules->count > 0 && takes_all(&rule[-1]))
		return bad(err, name, "is never reached, the policy before it "
		    "has no match and takes all", "such a one at the end");
	memset(rule, 0, sizeof *rule);
	memcpy(rule->name, name, strlen(name));
	rules->count++;
	return 0;
}

/* What the words of a list are: of a match, or (match NULL) of a list of what
 * is allowed or blocked. */
struct words_kind {
	const struct match *match;
	enum list_by by;
};

static const char *
allowed_words(const struct words_kind *kind)
{
	return kind->match != NULL ? kind->match->allowed :
	    list_value_allowed(kind->by);
}

static int
check_word(const struct words_kind *kind, char *word, struct err *err)
{
	return kind->match != NULL ? kind->match->check(word, err) :
	    list_value_check(kind->by, word, err);
}

/* Puts one word behind the `used` bytes of text. */
static int
add_word(struct rules *rules, size_t *used, const char *at, size_t len,
    const struct words_kind *kind, struct err *err)
{
	char *word = rules->text + *used;
	struct err why;

	while (len > 0 && *at == ' ')
		at++, len--;
	while (len > 0 && at[len - 1] == ' ')
		len--;
	if (len + 1 > RULES_TEXT - *used)
		return bad(err, "", "has no room: all lists together are too "
		    "long", "32 KB of words");
	memcpy(word, at, len);
	word[len] = '\0';
	if (len == 0)
		return bad(err, word, "is empty", allowed_words(kind));
	if (len >= SUBJECT_HOST)
		return bad(err, word, "is too long", "255 bytes");
	if (check_word(kind, word, &why) == -1)
		return bad(err, word, why.text, allowed_words(kind));
	*used += len + 1;
	return 0;
}

static int
set_words(struct rules *rules, struct rule_words *words_out,
    const struct words_kind *kind, const char *value, struct err *err)
{
	struct rule_words words = { (uint16_t)rules->used, 0 };
	size_t used = rules->used, len;

	if (words_out->count > 0)
		return bad(err, value, "is there twice", "one list");
	for (;; value += len + 1) {
		len = strcspn(value, ",");
		if (words.count == RULE_WORDS)
			return bad(err, value, "is too much", "256 words");
		if (add_word(rules, &used, value, len, kind, err) == -1)
			return -1;
		words.count++;
		if (value[len] == '\0')
			break;
	}
	*words_out = words;
	rules->used = (uint32_t)used;
	return 0;
}

static int
set_outcome(struct rule *rule, enum outcome outcome, const char *value,
    struct err *err)
{
	enum action action;

	if ((rule->set & OUTCOME_BIT(outcome)) != 0)
		return bad(err, value, "is there twice", "one action");
	if (action_parse(value, &action) == -1)
		return bad(err, value, "is no action",
		    policy_choices(outcome));
	if (policy_set(&rule->policy, outcome, action) == -1)
		return bad(err, value, "may not be for this outcome",
		    policy_choices(outcome));
	rule->set |= OUTCOME_BIT(outcome);
	return 0;
}

static int
set_type(struct rule *rule, enum type_rule type, const char *value,
    struct err *err)
{
	enum action action;

	if ((rule->sets_types & 1u << type) != 0)
		return bad(err, value, "is there twice", "one action");
	if (action_parse(value, &action) == -1)
		return bad(err, value, "is no action", "block, pass");
	rule->policy.types[type] = action;
	rule->sets_types |= 1u << type;
	return 0;
}

static int
set_mode(struct rule *rule, const char *value, struct err *err)
{
	bool watch = strcmp(value, "watch") == 0;

	if (rule->sets_mode)
		return bad(err, value, "is there twice", "one mode");
	if (!watch && strcmp(value, "enforce") != 0)
		return bad(err, value, "is no mode", "enforce, watch");
	rule->sets_mode = true;
	rule->policy.mode = watch ? POLICY_WATCH : POLICY_ENFORCE;
	return 0;
}

static int
set_unchecked(struct rule *rule, const char *value, struct err *err)
{
	bool error = strcmp(value, "500") == 0;

	if (rule->sets_unchecked)
		return bad(err, value, "is there twice", "one answer");
	if (!error && strcmp(value, "page") != 0)
		return bad(err, value, "is no answer", "page, 500");
	rule->sets_unchecked = true;
	rule->policy.unchecked = error ? UNCHECKED_500 : UNCHECKED_PAGE;
	return 0;
}

static int
set_limit(struct rule *rule, enum limit limit, const char *value,
    struct err *err)
{
	uint64_t *field = &rule->policy.limits.value[limit];
	struct err why;

	if (*field != 0)
		return bad(err, value, "is there twice", "one limit");
	if (limit_read(limit, value, field, &why) == -1)
		return bad(err, value, why.text, limit_row(limit)->allowed);
	return 0;
}

/* "allow.hosts" */
static struct rule_words *
list_of(struct rule *rule, const char *key, enum list_by *by_out)
{
	bool block = strncmp(key, "block.", 6) == 0;
	unsigned by;

	if (!block && strncmp(key, "allow.", 6) != 0)
		return NULL;
	for (by = 0; by < BY_COUNT; by++)
		if (strcmp(key + 6, rule_list_name((enum list_by)by)) == 0) {
			*by_out = (enum list_by)by;
			return &rule->list[block][by];
		}
	return NULL;
}

static int
set_skip(struct rule *rule, enum skip_kind kind, const char *value,
    struct err *err)
{
	bool skip = strcmp(value, "skip") == 0;

	if ((rule->sets_skips & 1u << kind) != 0)
		return bad(err, value, "is there twice", "one way");
	if (!skip && strcmp(value, "scan") != 0)
		return bad(err, value, "is no way", "scan, skip");
	rule->sets_skips |= 1u << kind;
	rule->policy.skips[kind] = skip ? WAY_SKIP : WAY_SCAN;
	return 0;
}

static int
no_such(const char *key, struct err *err)
{
	char names[800] = "name, mode, unchecked";
	size_t used = strlen(names), i;

	for (i = 0; i < MATCH_COUNT; i++)
		used += (size_t)snprintf(names + used, sizeof names - used,
		    ", " MATCH "%s", match_row(i)->name);
	for (i = 0; i < LIMIT_COUNT; i++)
		used += (size_t)snprintf(names + used, sizeof names - used,
		    ", " LIMITS_KEY "%s", limit_row((enum limit)i)->name);
	snprintf(names + used, sizeof names - used, ", " LISTS_KEY "allow and "
	    LISTS_KEY "block with sha256, hosts, signatures, " OUTCOMES_KEY
	    "OUTCOME (such as infected, too-big), " TYPES_KEY
	    "RULE (executable, script, archive, macro, disk_image, mismatch), "
	    TYPES_KEY "media, " TYPES_KEY "events");
	return bad(err, key, "is no key of a policy", names);
}

/* -1: there is no such key. */
static int
set_key(struct rules *rules, const char *key, const char *value,
    struct err *err)
{
	struct rule *rule = &rules->rule[rules->count - 1];
	enum outcome outcome;
	struct words_kind kind = { NULL, BY_HOST };
	struct rule_words *words = NULL;
	enum limit limit;
	enum type_rule type;
	enum skip_kind skip;
	size_t i;

	if (strcmp(key, "mode") == 0)
		return set_mode(rule, value, err);
	if (strcmp(key, "unchecked") == 0)
		return set_unchecked(rule, value, err);
	for (i = 0; i < MATCH_COUNT; i++)
		if (strncmp(key, MATCH, strlen(MATCH)) == 0 &&
		    strcmp(key + strlen(MATCH), match_row(i)->name) == 0)
			return set_words(rules, &rule->match[i],
			    &(struct words_kind){ .match = match_row(i) },
			    value, err);
	if (strncmp(key, LISTS_KEY, strlen(LISTS_KEY)) == 0)
		words = list_of(rule, key + strlen(LISTS_KEY), &kind.by);
	if (words != NULL)
		return set_words(rules, words, &kind, value, err);
	if (strncmp(key, OUTCOMES_KEY, strlen(OUTCOMES_KEY)) == 0 &&
	    outcome_parse(key + strlen(OUTCOMES_KEY), &outcome) == 0)
		return set_outcome(rule, outcome, value, err);
	if (strncmp(key, LIMITS_KEY, strlen(LIMITS_KEY)) == 0 &&
	    limit_find(key + strlen(LIMITS_KEY), &limit) == 0)
		return set_limit(rule, limit, value, err);
	if (strncmp(key, TYPES_KEY, strlen(TYPES_KEY)) == 0 &&
	    type_rule_parse(key + strlen(TYPES_KEY), &type) == 0)
		return set_type(rule, type, value, err);
	if (strncmp(key, TYPES_KEY, strlen(TYPES_KEY)) == 0 &&
	    skip_kind_parse(key + strlen(TYPES_KEY), &skip) == 0)
		return set_skip(rule, skip, value, err);
	return no_such(key, err);
}

int
rules_set(struct rules *rules, const char *key, const char *value,
    struct err *err)
{
	if (strcmp(key, "name") == 0)
		return begin(rules, value, err);
	if (rules->count == 0)
		return bad(err, key, "is of no policy", "name before it");
	return set_key(rules, key, value, err);
}
