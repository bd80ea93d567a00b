/* SPDX-License-Identifier: ISC */
#include "driver/hint.h"

#include <string.h>

#define LINK_AS_CXX                                                                                \
	"this is C++, and C++ is linked with c++ ($(CXX) in a Makefile), or with -lstdc++ added"

/* A line that holds both texts. */
static const struct {
	const char *text, *also, *sentence;
} known[] = {
	{ "unable to find library -lc++", "", HINT_NEED_CXX },
	{ "undefined symbol: ", ": std::", LINK_AS_CXX },
	{ "undefined symbol: ", ": operator new", LINK_AS_CXX },
	{ "undefined symbol: ", ": operator delete", LINK_AS_CXX },
	{ "undefined symbol: ", ": vtable for ", LINK_AS_CXX },
	{ "undefined symbol: ", ": __cxa_", LINK_AS_CXX },
	{ "undefined symbol: ", ": __gxx_personality_v0", LINK_AS_CXX },
};

static void
end_line(struct hint *h)
{
	h->line[h->n] = '\0';
	h->n = 0;
	for (size_t i = 0; h->sentence == NULL && i < COUNT_OF(known); i++)
		if (strstr(h->line, known[i].text) != NULL &&
		    strstr(h->line, known[i].also) != NULL)
			h->sentence = known[i].sentence;
}

void
hint_read(struct hint *h, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '\n')
			end_line(h);
		else if (h->n < sizeof(h->line) - 1)
			h->line[h->n++] = bytes[i];
}
