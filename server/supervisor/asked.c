/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/asked.h"

#include <stdio.h>

#include "supervisor/supervisor.h"

static enum control_now
ask_reload(struct supervisor *sup, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	const struct reload_ask reload = { .why = "command", .plain = true,
		.accept_fewer = (ask->flags & CONTROL_ACCEPT_FEWER) != 0 };

	(void)answer;
	client->run = generations_next_run(&sup->generations);
	generations_reload(&sup->generations, &reload);
	return CONTROL_LATER;
}

static enum control_now
ask_pass_all(struct supervisor *sup, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	(void)client;
	emergency_ask(&sup->emergency, ask, answer);
	return CONTROL_ANSWERED;
}

static enum control_now
ask_use(struct supervisor *sup, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	const struct reload_ask reload = { .why = "use",
		.use = (uint32_t)ask->number };

	if (ask->number == 0 || ask->number > UINT32_MAX) {
		snprintf(answer->text, sizeof(answer->text), "no such set");
		return CONTROL_ANSWERED;
	}
	client->run = generations_next_run(&sup->generations);
	client->use = reload.use;
	generations_reload(&sup->generations, &reload);
	return CONTROL_LATER;
}

/* What came while it was pinned is looked at when it is not any more. */
static enum control_now
ask_pin(struct supervisor *sup, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	static const struct reload_ask newer = { .why = "unpinned",
		.only_changed = true };

	(void)client;
	answer->good = generations_pin(&sup->generations, ask->number != 0);
	snprintf(answer->text, sizeof(answer->text), "%s", answer->good ?
	    ask->number != 0 ? "these signatures stay" :
	    "new signatures are taken again" :
	    "no set is kept (signatures.state_folder)");
	if (answer->good && ask->number == 0)
		generations_reload(&sup->generations, &newer);
	return CONTROL_ANSWERED;
}

static enum control_now
ask_list(struct supervisor *sup, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	(void)client;
	owner_ask(&sup->owner, ask, answer);
	return CONTROL_ANSWERED;
}

enum control_now
asked(void *ctx, struct control_client *client,
    const struct control_ask *ask, struct control_answer *answer)
{
	static enum control_now (*const verbs[CONTROL_VERBS])(
	    struct supervisor *, struct control_client *,
	    const struct control_ask *, struct control_answer *) = {
		[CONTROL_RELOAD] = ask_reload,
		[CONTROL_PASS_ALL] = ask_pass_all,
		[CONTROL_USE] = ask_use,
		[CONTROL_PIN] = ask_pin,
		[CONTROL_LIST] = ask_list,
	};

	if (verbs[ask->verb] != NULL)
		return verbs[ask->verb](ctx, client, ask, answer);
	snprintf(answer->text, sizeof(answer->text), "not known here");
	return CONTROL_ANSWERED;
}
