/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire/doubt.h"

#include "wire/fields.h"

ssize_t
doubt_pack(uint32_t pid, void *memory, size_t size, struct err *err)
{
	struct writer w = frame_start(memory, size, FRAME_DOUBT);

	put_u32(&w, pid);
	return frame_finish(&w, err);
}

int
doubt_unpack(uint32_t *pid_out, const void *packet, size_t len,
    struct err *err)
{
	struct reader r;
	uint32_t pid;

	if (open_as(FRAME_DOUBT, packet, len, &r, err) == -1)
		return -1;
	pid = get_u32(&r);
	if (at_end(&r, err) == -1)
		return -1;
	if (pid == 0 || pid > INT32_MAX)
		return err_set(err, "pid %u", pid);
	*pid_out = pid;
	return 0;
}
