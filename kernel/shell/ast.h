/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A parsed line of shell.  Nodes and their texts live in one arena per line,
 * so that giving a line up, for a syntax error or after it ran, is one call.
 *
 *   list     := and_or ((';' | '&' | newline) and_or)*
 *   and_or   := pipeline (('&&' | '||') pipeline)*
 *   pipeline := ['!'] command ('|' command)*
 *   command  := word* redirect* | '{' list '}' | 'if' ... 'fi'
 *             | ('while' | 'until') ... 'done' | 'for' name 'in' ... 'done'
 *
 * Words keep their quotes: expansion happens when a command runs.
 */
#ifndef _KERNEL_SHELL_AST_H_
#define _KERNEL_SHELL_AST_H_

#include <stdbool.h>
#include <stddef.h>

enum node_kind {
	NODE_COMMAND,	/* n_words, n_redirs */
	NODE_PIPE,	/* n_left | n_right */
	NODE_AND,	/* n_left && n_right */
	NODE_OR,	/* n_left || n_right */
	NODE_SEQ,	/* n_left ; n_right, which goes on with NODE_SEQ */
	NODE_BACKGROUND, /* n_left & */
	NODE_NOT,	/* ! n_left */
	NODE_IF,	/* n_cond, n_left, n_right (may be NULL) */
	NODE_WHILE,	/* n_cond, n_left; n_negate for until */
	NODE_FOR,	/* n_words[0] is the variable, the rest the list */
	NODE_GROUP,	/* { n_left; } (n_left may be NULL) */
};

enum redir_kind { REDIR_IN, REDIR_OUT, REDIR_APPEND, REDIR_DUP };

struct redir {
	struct redir *r_next;
	enum redir_kind r_kind;
	int r_fd;
	int r_from;		/* REDIR_DUP: the descriptor copied */
	const char *r_path;	/* the others: unexpanded word */
};

struct node {
	enum node_kind n_kind;
	bool n_negate;
	const char **n_words;
	int n_nwords;
	struct redir *n_redirs;	/* of a command, if, while, for or group */
	struct node *n_cond, *n_left, *n_right;
				/* AND, OR: n_cond is the one whose n_left this is */
	const char *n_src;	/* the text this node was read from, */
	size_t n_srclen;	/* for a subshell */
};

struct arena;

/*
 * Parses text.  On success *out is the tree (NULL for an empty line) and
 * *arena holds it until sh_arena_free().  A line that only lacks its end
 * (open quote, missing `done`) sets *more, so that a terminal can ask on.
 * Returns:   0, or EINVAL with a one-line reason in err
 */
int sh_parse(const char *text, struct node **out, struct arena **arena,
    bool *more, char *err, size_t errlen);
void sh_arena_free(struct arena *a);

#endif /* _KERNEL_SHELL_AST_H_ */
