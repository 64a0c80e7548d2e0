/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's reader: trees of the grammar's parts, the text a subshell gets,
 * scripts of any length, lines that go on, and random ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/shell/ast.h"
#include "test/unit/lib/unit.h"

static struct arena *arena;
static bool more;
static char why[80];

/* The tree of a text that has one; it lives until the next call. */
static struct node *
tree(const char *text)
{
	struct node *n = NULL;

	sh_arena_free(arena);
	CHECK_EQ(sh_parse(text, &n, &arena, &more, why, sizeof(why)), 0);
	return (n);
}

static int
refused(const char *text)
{
	struct arena *a;
	struct node *n;

	return (sh_parse(text, &n, &a, &more, why, sizeof(why)));
}

/* The text from which n was read is s, but for blanks behind it. */
static bool
reads(const struct node *n, const char *s)
{
	size_t len = n != NULL ? n->n_srclen : 0;

	while (len > 0 && n->n_src[len - 1] == ' ')
		len--;
	return (n != NULL && len == strlen(s) &&
	    strncmp(n->n_src, s, len) == 0);
}

UNIT_TEST(words_and_redirections)
{
	struct node *n = tree("cat 'a b' \"c;d\" e\\ f <in 2>>log 2>&1 # note\n");

	REQUIRE(n != NULL && n->n_kind == NODE_COMMAND && n->n_nwords == 4);
	CHECK(strcmp(n->n_words[0], "cat") == 0);
	CHECK(strcmp(n->n_words[1], "'a b'") == 0);
	CHECK(strcmp(n->n_words[2], "\"c;d\"") == 0);
	CHECK(strcmp(n->n_words[3], "e\\ f") == 0);
	REQUIRE(n->n_redirs != NULL && n->n_redirs->r_kind == REDIR_IN);
	CHECK(n->n_redirs->r_fd == 0);
	REQUIRE((n->n_redirs = n->n_redirs->r_next) != NULL);
	CHECK(n->n_redirs->r_kind == REDIR_APPEND && n->n_redirs->r_fd == 2);
	REQUIRE((n->n_redirs = n->n_redirs->r_next) != NULL);
	CHECK(n->n_redirs->r_kind == REDIR_DUP && n->n_redirs->r_from == 1);
	CHECK(tree("") == NULL && tree(" ; \n # nothing\n") == NULL);
	sh_arena_free(arena);
	arena = NULL;
}

UNIT_TEST(lists_lean_to_the_right)
{
	struct node *n = tree("a; b & c | d\ne");

	REQUIRE(n != NULL && n->n_kind == NODE_SEQ);
	CHECK(reads(n, "a; b & c | d\ne") && reads(n->n_left, "a"));
	n = n->n_right;
	REQUIRE(n->n_kind == NODE_SEQ && n->n_left->n_kind == NODE_BACKGROUND);
	CHECK(reads(n->n_left->n_left, "b"));
	n = n->n_right;
	REQUIRE(n->n_kind == NODE_SEQ && n->n_left->n_kind == NODE_PIPE);
	CHECK(reads(n->n_left, "c | d") && reads(n->n_right, "e"));
	sh_arena_free(arena);
	arena = NULL;
}

/* A subshell runs the text of its node: it has to be that and no more. */
UNIT_TEST(text_of_groups)
{
	struct node *n = tree("{ { a; b; }; } | c");

	REQUIRE(n != NULL && n->n_kind == NODE_PIPE);
	CHECK(reads(n->n_left, "{ { a; b; }; }"));
	CHECK(reads(n->n_left->n_left, "{ a; b; }"));
	CHECK(reads(n->n_left->n_left->n_left, "a; b"));
	n = tree("{ a; { b; c; }; d; } &");
	REQUIRE(n != NULL && n->n_kind == NODE_BACKGROUND);
	CHECK(reads(n->n_left->n_left, "a; { b; c; }; d"));
	n = tree("x; { a\nb\n} | c; y");
	REQUIRE(n != NULL && n->n_kind == NODE_SEQ);
	CHECK(reads(n->n_right->n_left->n_left, "{ a\nb\n}"));
	n = tree("{ a > f; } > g 2>&1 | c");
	REQUIRE(n != NULL && n->n_kind == NODE_PIPE);
	n = n->n_left;
	REQUIRE(n->n_kind == NODE_GROUP && reads(n, "{ a > f; } > g 2>&1"));
	CHECK(strcmp(n->n_redirs->r_path, "g") == 0);
	CHECK(n->n_redirs->r_next->r_kind == REDIR_DUP);
	CHECK(strcmp(n->n_left->n_redirs->r_path, "f") == 0);
	n = tree("for i in a; do b; done <in");
	REQUIRE(n != NULL && n->n_kind == NODE_FOR && n->n_redirs != NULL);
	n = tree("if a; b; then c; d; else e; fi");
	REQUIRE(n != NULL && n->n_kind == NODE_IF);
	CHECK(reads(n->n_cond, "a; b") && reads(n->n_left, "c; d") &&
	    reads(n->n_right, "e"));
	sh_arena_free(arena);
	arena = NULL;
}

UNIT_TEST(a_long_script)
{
	enum { LINES = 20000 };
	char *text = malloc(LINES * 5 + 1);
	struct node *n;
	int count = 1;

	REQUIRE(text != NULL);
	for (int i = 0; i < LINES; i++)
		memcpy(text + i * 5, "true\n", 6);
	for (n = tree(text); n != NULL && n->n_kind == NODE_SEQ;
	    n = n->n_right) {
		CHECK(n->n_left->n_kind == NODE_COMMAND);
		count++;
	}
	CHECK_EQ(count, LINES);
	sh_arena_free(arena);
	arena = NULL;
	free(text);
}

UNIT_TEST(lines_that_go_on)
{
	static const char *const open[] = { "for i in a b", "while true; do",
	    "if a; then b", "echo 'x", "echo \"x", "a &&", "a |", "{ a; b;",
	    "echo x\\" };
	static const char *const wrong[] = { "fi", "a; done", "a | | b",
	    "a && && b", "> ", "for 1 in x; do y; done", "if; then a; fi",
	    "a & && b" };

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		CHECK_EQ(refused(open[i]), EINVAL);
		CHECK(more);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK_EQ(refused(wrong[i]), EINVAL);
		CHECK(why[0] != '\0');
	}
}

/* Nothing that can be typed does more than be refused. */
UNIT_TEST(random_text)
{
	static const char *const bits[] = { "a", "b c", ";", "&", "|", "&&",
	    "||", "\n", "if ", "then ", "else ", "elif ", "fi", "while ",
	    "until ", "do ", "done", "for ", "in ", "{ ", "}", "! ", "'", "\"",
	    "\\", "<", ">", ">>", "2>&1", "#", "$x", " " };
	struct arena *a;
	struct node *n;
	char text[256];

	for (int round = 0; round < 20000; round++) {
		size_t len = 0, k = unit_random() % 24;

		while (k-- > 0) {
			const char *s = bits[unit_random() %
			    (sizeof(bits) / sizeof(bits[0]))];

			memcpy(text + len, s, strlen(s));
			len += strlen(s);
		}
		text[len] = '\0';
		if (sh_parse(text, &n, &a, &more, why, sizeof(why)) == 0) {
			CHECK(n == NULL || n->n_src + n->n_srclen <= text + len);
			sh_arena_free(a);
		}
	}
}
