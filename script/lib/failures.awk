# SPDX-License-Identifier: GPL-2.0-only
# Of the log of a step: each failed test with what was told of it. The reason
# comes after a "not ok", in lines that begin with "#"; what its programs said
# (the log of a gateway, a sanitizer) comes before it, for a program that died
# anywhere in its section of test-suite.log. Of each at most so many lines; of
# what came before the last ones, as the end of a log tells more; -v lines=0
# leaves that out.
BEGIN {
	most = 5
	reason = 40
	if (lines == "")
		lines = 40
}

function show(title,    i) {
	if (++failures <= most) {
		for (i = kept > lines ? kept - lines + 1 : 1; i <= kept; i++)
			print before[i % lines]
		print title
	}
	kept = 0
}

# A title is underlined.
/^=+$/ { section = 1; kept = 0; next }
/^not ok/ { show($0); after = 1; next }
/^ERROR: [^ ]+ - / && section { if (kept) show($0); next }
/^(PASS|FAIL|SKIP|ERROR): / { if (!section) kept = 0; next }
/^ok/ { after = 0; if (!section) kept = 0; next }
/^#/ { if (after && after++ <= reason && failures <= most) print; next }
/^1\.\.[0-9]+$/ || /^$/ { next }
{ after = 0; if (lines) before[++kept % lines] = $0 }

END { if (failures > most) print "... and " failures - most " more" }
