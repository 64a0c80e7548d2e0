/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the word that was typed to the words a command gets: variables, then
 * patterns against the file tree, then quotes away.  An unquoted variable
 * splits at blanks; a pattern that matches nothing stays as it is.
 *
 * While a word is worked on, characters that came from quotes carry QUOTED,
 * so that "*" is not a pattern and "$x" does not split.
 */
#include "kernel/shell/sh.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTED 0x8000u

struct wbuf {
	unsigned short *c;
	size_t n, cap;
	bool failed;
	bool has_quotes;	/* "" is a word, nothing is not */
};

static void
wput(struct wbuf *w, unsigned c)
{
	unsigned short *p;
	size_t cap;

	if (w->n == w->cap) {
		cap = w->cap ? w->cap * 2 : 64;
		p = realloc(w->c, cap * sizeof(*p));
		if (p == NULL) {
			w->failed = true;
			return;
		}
		w->c = p;
		w->cap = cap;
	}
	w->c[w->n++] = (unsigned short)c;
}

const char *
sh_getvar(struct shell *sh, const char *name)
{
	struct var *v;

	for (v = sh->sh_vars; v != NULL; v = v->v_next)
		if (strcmp(v->v_name, name) == 0)
			return v->v_value;
	return getenv(name);
}

static char *
copy(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = malloc(n);

	return p == NULL ? NULL : memcpy(p, s, n);
}

int
sh_setvar(struct shell *sh, const char *name, const char *value)
{
	struct var *v;
	char *s = copy(value);

	if (s == NULL)
		return ENOMEM;
	for (v = sh->sh_vars; v != NULL; v = v->v_next) {
		if (strcmp(v->v_name, name) == 0) {
			free(v->v_value);
			v->v_value = s;
			return 0;
		}
	}
	v = malloc(sizeof(*v));
	if (v == NULL || (v->v_name = copy(name)) == NULL) {
		free(v);
		free(s);
		return ENOMEM;
	}
	v->v_value = s;
	v->v_next = sh->sh_vars;
	sh->sh_vars = v;
	return 0;
}

void
sh_unsetvar(struct shell *sh, const char *name)
{
	struct var **vp, *v;

	for (vp = &sh->sh_vars; (v = *vp) != NULL; vp = &v->v_next) {
		if (strcmp(v->v_name, name) == 0) {
			*vp = v->v_next;
			free(v->v_name);
			free(v->v_value);
			free(v);
			return;
		}
	}
}

static void
put_text(struct wbuf *w, const char *s, unsigned mark)
{
	for (; *s != '\0'; s++)
		wput(w, (unsigned char)*s | mark);
}

static void
put_positional(struct shell *sh, struct wbuf *w, int i, unsigned mark)
{
	if (i == 0)
		put_text(w, sh->sh_name, mark);
	else if (i <= sh->sh_argc)
		put_text(w, sh->sh_argv[i - 1], mark);
}

/* The variable at s (behind the '$'); returns what follows it. */
static const char *
put_variable(struct shell *sh, struct wbuf *w, const char *s, unsigned mark)
{
	char name[64];
	const char *value, *start;
	size_t n = 0;
	bool brace = false;
	int i;

	if (*s == '?' || *s == '!' || *s == '#' || *s == '$') {
		int v = *s == '?' ? sh->sh_status
		    : *s == '!'   ? (int)sh->sh_lastbg
		    : *s == '#'   ? sh->sh_argc
				  : 0;
		snprintf(name, sizeof(name), "%d", v);
		put_text(w, name, mark);
		return s + 1;
	}
	if (*s == '@' || *s == '*') {
		for (i = 1; i <= sh->sh_argc; i++) {
			if (i > 1)
				wput(w, ' ');
			put_positional(sh, w, i, mark);
		}
		return s + 1;
	}
	if (isdigit(*s)) {
		put_positional(sh, w, *s - '0', mark);
		return s + 1;
	}
	if (*s == '{') {
		brace = true;
		s++;
	}
	start = s;
	while ((isalnum(*s) || *s == '_') && n < sizeof(name) - 1)
		name[n++] = *s++;
	name[n] = '\0';
	if (brace && *s == '}')
		s++;
	if (s == start) {
		wput(w, '$' | mark);
		return s;
	}
	value = sh_getvar(sh, name);
	if (value != NULL)
		put_text(w, value, mark);
	return s;
}

static void
put_word(struct shell *sh, struct wbuf *w, const char *s)
{
	char quote = 0;
	unsigned mark;

	while (*s != '\0') {
		mark = quote ? QUOTED : 0;
		if (quote != '\'' && *s == '\\' && s[1] != '\0') {
			if (quote == '"' && strchr("\"\\$", s[1]) == NULL)
				wput(w, '\\' | QUOTED);
			wput(w, (unsigned char)s[1] | QUOTED);
			s += 2;
		} else if (quote == 0 && (*s == '\'' || *s == '"')) {
			quote = *s++;
			w->has_quotes = true;
		} else if (quote != 0 && *s == quote) {
			quote = 0;
			s++;
		} else if (quote != '\'' && *s == '$' && s[1] != '\0') {
			s = put_variable(sh, w, s + 1, mark);
		} else {
			/* A blank typed here was quoted: only variables split. */
			if (isspace(*s))
				mark = QUOTED;
			wput(w, (unsigned char)*s++ | mark);
		}
	}
}

static int
add(struct words *out, char *word)
{
	char **v;

	if (word == NULL)
		return ENOMEM;
	if (out->w_n + 2 > out->w_cap) {
		out->w_cap = out->w_cap ? out->w_cap * 2 : 16;
		v = realloc(out->w_v, (size_t)out->w_cap * sizeof(*v));
		if (v == NULL) {
			free(word);
			return ENOMEM;
		}
		out->w_v = v;
	}
	out->w_v[out->w_n++] = word;
	out->w_v[out->w_n] = NULL;
	return 0;
}

void
sh_words_free(struct words *w)
{
	for (int i = 0; i < w->w_n; i++)
		free(w->w_v[i]);
	free(w->w_v);
	memset(w, 0, sizeof(*w));
}

bool
sh_glob_match(const char *pat, const char *name)
{
	const char *star = NULL, *from = NULL;

	/* Only the last star seen has to be tried again. */
	for (;;) {
		if (*pat == '*') {
			star = ++pat;
			from = name;
		} else if (*name != '\0' && (*pat == '?' || *pat == *name)) {
			pat++;
			name++;
		} else if (*pat == '\0' && *name == '\0') {
			return true;
		} else if (star != NULL && *from != '\0') {
			pat = star;
			name = ++from;
		} else {
			return false;
		}
	}
}

static char *
plain(const unsigned short *c, size_t n)
{
	char *s = malloc(n + 1);
	size_t i;

	if (s == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		s[i] = (char)(c[i] & 0xff);
	s[n] = '\0';
	return s;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* done + name (+ "/"), a new string. */
static char *
concat(const char *done, const char *name, bool dir)
{
	size_t n = strlen(done), k = strlen(name);
	char *p = malloc(n + k + 2);

	if (p == NULL)
		return NULL;
	memcpy(p, done, n);
	memcpy(p + n, name, k + 1);
	if (dir)
		strlcpy(p + n + k, "/", 2);
	return p;
}

/*
 * done is a path that exists, "" or with a slash at its end; rest is matched
 * below it, a part at a time.
 */
static int
glob_below(const char *done, const char *rest, struct words *out)
{
	size_t n = strcspn(rest, "/");
	bool more = rest[n] == '/';
	char *pat = concat(rest, "", false), *path;
	struct dirent *de;
	int error = 0;
	DIR *d;

	if (pat == NULL)
		return ENOMEM;
	pat[n] = '\0';
	d = opendir(*done != '\0' ? done : ".");
	while (error == 0 && d != NULL && (de = readdir(d)) != NULL) {
		if ((de->d_name[0] == '.' && pat[0] != '.') ||
		    !sh_glob_match(pat, de->d_name) ||
		    (more && de->d_type != DT_DIR))
			continue;
		path = concat(done, de->d_name, more);
		if (path == NULL) {
			error = ENOMEM;
		} else if (more) {
			error = glob_below(path, rest + n +
			    strspn(rest + n, "/"), out);
			free(path);
		} else {
			error = add(out, path);
		}
	}
	if (d != NULL)
		closedir(d);
	free(pat);
	return error;
}

/* All names that match, sorted; the word itself when none does. */
static int
glob(char *word, struct words *out)
{
	int first = out->w_n, error;
	bool root = word[0] == '/';

	error = glob_below(root ? "/" : "", word + strspn(word, "/"), out);
	if (error == 0 && out->w_n == first)
		return add(out, copy(word));
	qsort(out->w_v + first, (size_t)(out->w_n - first), sizeof(char *),
	    compare);
	return error;
}

int
sh_expand(struct shell *sh, const char *word, struct words *out)
{
	struct wbuf w = { 0 };
	size_t i = 0, start;
	bool pattern;
	char *s;
	int error = 0;

	put_word(sh, &w, word);
	if (w.n == 0 && w.has_quotes)
		error = add(out, copy(""));
	while (error == 0 && !w.failed && i < w.n) {
		while (i < w.n && w.c[i] == ' ')
			i++;
		pattern = false;
		for (start = i; i < w.n && w.c[i] != ' '; i++)
			pattern |= w.c[i] == '*' || w.c[i] == '?';
		if (i == start)
			break;
		s = plain(w.c + start, i - start);
		if (s != NULL && pattern) {
			error = glob(s, out);
			free(s);
		} else {
			error = add(out, s);
		}
	}
	free(w.c);
	return w.failed ? ENOMEM : error;
}

char *
sh_expand_one(struct shell *sh, const char *word)
{
	struct wbuf w = { 0 };
	char *s;

	put_word(sh, &w, word);
	s = w.failed ? NULL : plain(w.c, w.n);
	free(w.c);
	return s;
}
