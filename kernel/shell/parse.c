/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's reader: one pass of recursive descent over the text, no token
 * list in between.  The grammar is in ast.h.  No function here has effects
 * outside the arena; it is tested on the host.
 */
#include "kernel/shell/ast.h"

#include <errno.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXWORDS 1024
#define MAXDEPTH 64

struct arena {
	struct arena *a_next;
	size_t a_used, a_size;
	char a_data[];
};

struct parser {
	const char *p_text, *p_at;
	struct arena *p_arena;
	char *p_err;
	size_t p_errlen;
	bool p_more;		/* ran out of text inside something */
	bool p_failed;
	int p_depth;
};

static struct node *parse_list(struct parser *p);

static void *
alloc(struct parser *p, size_t n)
{
	struct arena *a = p->p_arena;
	size_t size;

	n = (n + 7) & ~(size_t)7;
	if (a == NULL || a->a_size - a->a_used < n) {
		size = n > 4000 ? n : 4000;
		a = malloc(sizeof(*a) + size);
		if (a == NULL) {
			p->p_failed = true;
			snprintf(p->p_err, p->p_errlen, "out of memory");
			return NULL;
		}
		a->a_next = p->p_arena;
		a->a_used = 0;
		a->a_size = size;
		p->p_arena = a;
	}
	a->a_used += n;
	return memset(a->a_data + a->a_used - n, 0, n);
}

void
sh_arena_free(struct arena *a)
{
	struct arena *next;

	for (; a != NULL; a = next) {
		next = a->a_next;
		free(a);
	}
}

/* Gives up; returns NULL so that callers can return it. */
static struct node *
fail(struct parser *p, const char *what)
{
	size_t n;

	if (p->p_failed)
		return NULL;
	p->p_failed = true;
	if (*p->p_at == '\0') {
		p->p_more = true;
		snprintf(p->p_err, p->p_errlen, "%s: unexpected end", what);
		return NULL;
	}
	n = strcspn(p->p_at, " \t\n");
	if (n == 0)
		n = 1;
	snprintf(p->p_err, p->p_errlen, "%s near '%.*s'", what,
	    (int)(n > 20 ? 20 : n), *p->p_at == '\n' ? "newline" : p->p_at);
	return NULL;
}

static void
skip_blanks(struct parser *p)
{
	for (;;) {
		while (*p->p_at == ' ' || *p->p_at == '\t' || *p->p_at == '\r')
			p->p_at++;
		if (p->p_at[0] == '\\' && p->p_at[1] == '\n') {
			p->p_at += 2;
			continue;
		}
		if (*p->p_at == '#')
			p->p_at += strcspn(p->p_at, "\n");
		return;
	}
}

static void
skip_newlines(struct parser *p)
{
	skip_blanks(p);
	while (*p->p_at == '\n' || *p->p_at == ';') {
		p->p_at++;
		skip_blanks(p);
	}
}

static bool
word_end(char c)
{
	return c == '\0' || strchr(" \t\r\n;&|<>", c) != NULL;
}

/* The length of the word at s, quotes included; 0 where none starts. */
static size_t
word_len(struct parser *p, const char *s)
{
	const char *q = s;

	while (!word_end(*q)) {
		if (*q == '\\') {
			if (q[1] == '\0') {
				p->p_at = q + 1;
				fail(p, "backslash");
				return 0;
			}
			q += 2;
		} else if (*q == '\'' || *q == '"') {
			char quote = *q++;

			while (*q != quote) {
				if (*q == '\\' && quote == '"' && q[1] != '\0')
					q++;
				if (*q == '\0') {
					p->p_at = q;
					fail(p, "quote");
					return 0;
				}
				q++;
			}
			q++;
		} else {
			q++;
		}
	}
	return (size_t)(q - s);
}

static char *
take_word(struct parser *p)
{
	size_t n = word_len(p, p->p_at);
	char *w;

	if (n == 0 || (w = alloc(p, n + 1)) == NULL)
		return NULL;
	memcpy(w, p->p_at, n);
	p->p_at += n;
	return w;
}

/* Is the next word this reserved one?  Consumes it if so. */
static bool
accept_word(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(p);
	if (strncmp(p->p_at, word, n) != 0 || !word_end(p->p_at[n]))
		return false;
	p->p_at += n;
	return true;
}

static bool
expect_word(struct parser *p, const char *word)
{
	char what[24];

	skip_newlines(p);
	if (accept_word(p, word))
		return true;
	snprintf(what, sizeof(what), "expected '%s'", word);
	fail(p, what);
	return false;
}

static bool
at_closer(struct parser *p)
{
	static const char *const closers[] = { "then", "elif", "else", "fi",
		"do", "done", "}" };
	size_t i, n;

	skip_blanks(p);
	for (i = 0; i < sizeof(closers) / sizeof(closers[0]); i++) {
		n = strlen(closers[i]);
		if (strncmp(p->p_at, closers[i], n) == 0 &&
		    word_end(p->p_at[n]))
			return true;
	}
	return false;
}

static struct node *
new_node(struct parser *p, enum node_kind kind, const char *src)
{
	struct node *n = alloc(p, sizeof(*n));

	if (n != NULL) {
		n->n_kind = kind;
		n->n_src = src;
	}
	return n;
}

static struct node *
finish(struct parser *p, struct node *n)
{
	if (n != NULL)
		n->n_srclen = (size_t)(p->p_at - n->n_src);
	return p->p_failed ? NULL : n;
}

/* [n]< word, [n]> word, [n]>> word, [n]>&m; true when one was read. */
static bool
parse_redir(struct parser *p, struct node *n)
{
	const char *s = p->p_at;
	struct redir *r, **tail;
	int fd = -1;

	if (isdigit(*s) && (s[1] == '<' || s[1] == '>'))
		fd = *s++ - '0';
	if (*s != '<' && *s != '>')
		return false;
	if ((r = alloc(p, sizeof(*r))) == NULL)
		return false;
	r->r_kind = *s == '<' ? REDIR_IN : REDIR_OUT;
	r->r_fd = fd >= 0 ? fd : (*s == '<' ? 0 : 1);
	s++;
	if (r->r_kind == REDIR_OUT && *s == '>') {
		r->r_kind = REDIR_APPEND;
		s++;
	} else if (r->r_kind == REDIR_OUT && s[0] == '&' && isdigit(s[1])) {
		r->r_kind = REDIR_DUP;
		r->r_from = s[1] - '0';
		s += 2;
	}
	p->p_at = s;
	if (r->r_kind != REDIR_DUP) {
		skip_blanks(p);
		r->r_path = take_word(p);
		if (r->r_path == NULL) {
			fail(p, "expected a file name");
			return false;
		}
	}
	for (tail = &n->n_redirs; *tail != NULL; tail = &(*tail)->r_next)
		;
	*tail = r;
	return true;
}

static bool
set_words(struct parser *p, struct node *n, const char **words, int count)
{
	n->n_words = alloc(p, (size_t)(count + 1) * sizeof(*words));
	if (n->n_words == NULL)
		return false;
	memcpy(n->n_words, words, (size_t)count * sizeof(*words));
	n->n_nwords = count;
	return true;
}

/* Words up to the end of the command; redirections are taken out. */
static struct node *
parse_simple(struct parser *p, struct node *n, bool redirs)
{
	const char **words = malloc(MAXWORDS * sizeof(*words));
	int count = n->n_kind == NODE_FOR ? 1 : 0;

	if (words == NULL)
		return fail(p, "out of memory");
	if (count > 0)
		words[0] = n->n_words[0];
	for (;;) {
		skip_blanks(p);
		if (redirs && parse_redir(p, n))
			continue;
		if (p->p_failed || word_end(*p->p_at))
			break;
		if (count == MAXWORDS) {
			fail(p, "too many words");
			break;
		}
		if ((words[count] = take_word(p)) == NULL)
			break;
		count++;
	}
	if (!p->p_failed && count == 0 && n->n_redirs == NULL)
		fail(p, "expected a command");
	if (!p->p_failed)
		set_words(p, n, words, count);
	free(words);
	return finish(p, n);
}

static struct node *
parse_if(struct parser *p, const char *src)
{
	struct node *n = new_node(p, NODE_IF, src);

	if (n == NULL || (n->n_cond = parse_list(p)) == NULL)
		return fail(p, "expected a condition");
	if (!expect_word(p, "then"))
		return NULL;
	n->n_left = parse_list(p);
	skip_newlines(p);
	src = p->p_at;
	if (accept_word(p, "elif")) {
		n->n_right = parse_if(p, src);
		return finish(p, n);
	}
	if (accept_word(p, "else"))
		n->n_right = parse_list(p);
	return expect_word(p, "fi") ? finish(p, n) : NULL;
}

static struct node *
parse_body(struct parser *p, struct node *n)
{
	if (!expect_word(p, "do"))
		return NULL;
	n->n_left = parse_list(p);
	return expect_word(p, "done") ? finish(p, n) : NULL;
}

static struct node *
parse_while(struct parser *p, const char *src, bool negate)
{
	struct node *n = new_node(p, NODE_WHILE, src);

	if (n == NULL || (n->n_cond = parse_list(p)) == NULL)
		return fail(p, "expected a condition");
	n->n_negate = negate;
	return parse_body(p, n);
}

static struct node *
parse_for(struct parser *p, const char *src)
{
	struct node *n = new_node(p, NODE_FOR, src);
	const char *var;

	skip_blanks(p);
	var = p->p_at;
	if (n == NULL || !(isalpha(*var) || *var == '_'))
		return fail(p, "expected a variable name");
	if ((var = take_word(p)) == NULL || !set_words(p, n, &var, 1))
		return NULL;
	if (!expect_word(p, "in"))
		return NULL;
	if (parse_simple(p, n, false) == NULL)
		return NULL;
	return parse_body(p, n);
}

/* What stands behind fi, done or }: it holds for all of the command. */
static struct node *
compound_redirs(struct parser *p, struct node *n)
{
	if (n == NULL)
		return NULL;
	do
		skip_blanks(p);
	while (parse_redir(p, n));
	return finish(p, n);
}

static struct node *
parse_group(struct parser *p, const char *src)
{
	struct node *n = new_node(p, NODE_GROUP, src);

	if (n == NULL)
		return NULL;
	n->n_left = parse_list(p);
	return expect_word(p, "}") ? finish(p, n) : NULL;
}

static struct node *
parse_command(struct parser *p)
{
	struct node *n;
	const char *src;

	skip_blanks(p);
	src = p->p_at;
	if (++p->p_depth > MAXDEPTH)
		return fail(p, "nested too deeply");
	if (accept_word(p, "if"))
		n = compound_redirs(p, parse_if(p, src));
	else if (accept_word(p, "while"))
		n = compound_redirs(p, parse_while(p, src, false));
	else if (accept_word(p, "until"))
		n = compound_redirs(p, parse_while(p, src, true));
	else if (accept_word(p, "for"))
		n = compound_redirs(p, parse_for(p, src));
	else if (accept_word(p, "{"))
		n = compound_redirs(p, parse_group(p, src));
	else if (accept_word(p, "!")) {
		n = new_node(p, NODE_NOT, src);
		if (n != NULL)
			n->n_left = parse_command(p);
		n = finish(p, n);
	} else if (at_closer(p)) {
		n = fail(p, "unexpected word");
	} else if ((n = new_node(p, NODE_COMMAND, src)) != NULL) {
		n = parse_simple(p, n, true);
	}
	p->p_depth--;
	return n;
}

/* left op right, as a node of its own. */
static struct node *
join(struct parser *p, enum node_kind kind, struct node *left,
    struct node *right)
{
	struct node *n;

	if (right == NULL)
		return NULL;
	n = new_node(p, kind, left->n_src);
	if (n == NULL)
		return NULL;
	n->n_left = left;
	n->n_right = right;
	/* The way back up, so that a long list runs in a loop. */
	if (left->n_kind == NODE_AND || left->n_kind == NODE_OR)
		left->n_cond = n;
	return finish(p, n);
}

static struct node *
parse_pipeline(struct parser *p)
{
	struct node *n = parse_command(p);

	while (n != NULL) {
		skip_blanks(p);
		if (p->p_at[0] != '|' || p->p_at[1] == '|')
			break;
		p->p_at++;
		skip_newlines(p);
		n = join(p, NODE_PIPE, n, parse_command(p));
	}
	return n;
}

static struct node *
parse_and_or(struct parser *p)
{
	struct node *n = parse_pipeline(p);
	enum node_kind kind;

	while (n != NULL) {
		skip_blanks(p);
		if (p->p_at[0] == '&' && p->p_at[1] == '&')
			kind = NODE_AND;
		else if (p->p_at[0] == '|' && p->p_at[1] == '|')
			kind = NODE_OR;
		else
			break;
		p->p_at += 2;
		skip_newlines(p);
		n = join(p, kind, n, parse_pipeline(p));
	}
	return n;
}

/*
 * Up to the end of the text or a closing word; NULL when it is empty.  A list
 * leans to the right, so that a script of any length runs in one loop.
 */
static struct node *
parse_list(struct parser *p)
{
	struct node *list = NULL, **end = &list, *n, *bg;
	const char *past = NULL;
	unsigned joints = 0;

	for (;;) {
		skip_newlines(p);
		if (p->p_failed)
			return NULL;
		if (*p->p_at == '\0' || at_closer(p)) {
			for (n = list; joints-- > 0; n = n->n_right)
				n->n_srclen = (size_t)(past - n->n_src);
			return list;
		}
		if ((n = parse_and_or(p)) == NULL)
			return NULL;
		skip_blanks(p);
		if (p->p_at[0] == '&') {
			p->p_at++;
			bg = new_node(p, NODE_BACKGROUND, n->n_src);
			if (bg == NULL)
				return NULL;
			bg->n_srclen = n->n_srclen;
			bg->n_left = n;
			n = bg;
		}
		past = p->p_at;
		if (list == NULL) {
			list = n;
		} else {
			*end = join(p, NODE_SEQ, *end, n);
			if (*end == NULL)
				return NULL;
			end = &(*end)->n_right;
			joints++;
		}
		skip_blanks(p);
		if (*p->p_at != '\0' && *p->p_at != '\n' && *p->p_at != ';' &&
		    n->n_kind != NODE_BACKGROUND && !at_closer(p))
			return fail(p, "syntax error");
	}
}

int
sh_parse(const char *text, struct node **out, struct arena **arena, bool *more,
    char *err, size_t errlen)
{
	struct parser p = { .p_text = text, .p_at = text, .p_err = err,
		.p_errlen = errlen };
	struct node *n = parse_list(&p);

	if (!p.p_failed && *p.p_at != '\0')
		fail(&p, "syntax error");
	*more = p.p_more;
	*out = NULL;
	*arena = NULL;
	if (p.p_failed) {
		sh_arena_free(p.p_arena);
		return EINVAL;
	}
	*out = n;
	*arena = p.p_arena;
	return 0;
}
