/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Line editing on a terminal that understands backspace, carriage return and
 * "erase to end of line" (ESC [ K), which every one does.
 *
 * Keys: arrows, Home, End, Delete, ^A ^E ^B ^F ^P ^N ^D ^H ^K ^U ^W ^L ^C,
 * Tab.  Tab completes command names in the first word and file names in the
 * others, kext file names after kextload among them; a second Tab lists what
 * there is.
 *
 * A script at the other end that sends whole lines sees nothing of this but
 * the echo.
 */
#include "kernel/shell/sh.h"
#include "kernel/shell/command.h"
#include "kernel/shell/tty.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CTRL(c) ((c) & 0x1f)
#define KEY_UP	  256
#define KEY_DOWN  257
#define KEY_LEFT  258
#define KEY_RIGHT 259
#define KEY_HOME  260
#define KEY_END	  261
#define KEY_DEL	  262

struct edit {
	struct shell *e_sh;
	const char *e_prompt;
	char *e_buf;
	size_t e_size, e_len, e_at;
	int e_hist;		/* 0: the new line; n: n lines back */
	char *e_kept;		/* the new line while history is shown */
	int e_lastkey;
};

static void
out(const char *s, size_t n)
{
	write(1, s, n);
}

static void
outs(const char *s)
{
	out(s, strlen(s));
}

static void
back(size_t n)
{
	while (n-- > 0)
		outs("\b");
}

/* Everything behind the cursor again, and the cursor back. */
static void
redraw_tail(struct edit *e)
{
	out(e->e_buf + e->e_at, e->e_len - e->e_at);
	outs("\033[K");
	back(e->e_len - e->e_at);
}

static void
redraw(struct edit *e)
{
	outs("\r");
	outs(e->e_prompt);
	out(e->e_buf, e->e_len);
	outs("\033[K");
	back(e->e_len - e->e_at);
}

static void
insert(struct edit *e, const char *s, size_t n)
{
	if (e->e_len + n >= e->e_size) {
		outs("\a");
		return;
	}
	memmove(e->e_buf + e->e_at + n, e->e_buf + e->e_at, e->e_len - e->e_at);
	memcpy(e->e_buf + e->e_at, s, n);
	e->e_len += n;
	e->e_at += n;
	out(s, n);
	if (e->e_at < e->e_len)
		redraw_tail(e);
}

static void
delete_at(struct edit *e, size_t n)
{
	memmove(e->e_buf + e->e_at, e->e_buf + e->e_at + n,
	    e->e_len - e->e_at - n);
	e->e_len -= n;
	redraw_tail(e);
}

static void
move_to(struct edit *e, size_t at)
{
	if (at < e->e_at)
		back(e->e_at - at);
	else
		out(e->e_buf + e->e_at, at - e->e_at);
	e->e_at = at;
}

static void
replace(struct edit *e, const char *s)
{
	size_t n = strlen(s);

	if (n >= e->e_size)
		n = e->e_size - 1;
	memcpy(e->e_buf, s, n);
	e->e_len = e->e_at = n;
	redraw(e);
}

static char *
copy(const char *s, size_t n)
{
	char *p = malloc(n + 1);

	if (p != NULL) {
		memcpy(p, s, n);
		p[n] = '\0';
	}
	return p;
}

void
sh_history_add(struct shell *sh, const char *line)
{
	char *p;

	/* A line that starts with a blank is not to be remembered. */
	if (line[0] == ' ' || line[strspn(line, " \t")] == '\0')
		return;
	if (sh->sh_nhistory > 0 &&
	    strcmp(sh->sh_history[sh->sh_nhistory - 1], line) == 0)
		return;
	if ((p = copy(line, strlen(line))) == NULL)
		return;
	if (sh->sh_nhistory == SH_HISTORY) {
		free(sh->sh_history[0]);
		memmove(sh->sh_history, sh->sh_history + 1,
		    (SH_HISTORY - 1) * sizeof(p));
		sh->sh_nhistory--;
	}
	sh->sh_history[sh->sh_nhistory++] = p;
}

static void
history(struct edit *e, int step)
{
	int to = e->e_hist + step;

	if (to < 0 || to > e->e_sh->sh_nhistory) {
		outs("\a");
		return;
	}
	if (e->e_hist == 0) {
		free(e->e_kept);
		e->e_kept = copy(e->e_buf, e->e_len);
	}
	e->e_hist = to;
	if (to == 0)
		replace(e, e->e_kept != NULL ? e->e_kept : "");
	else
		replace(e, e->e_sh->sh_history[e->e_sh->sh_nhistory - to]);
}

/* What completion has found so far: how many, and what all begin with. */
struct found {
	const char *f_prefix;
	size_t f_plen;
	char f_common[256];
	size_t f_clen;
	int f_count;
	bool f_list;
	bool f_dir;
};

static void
found(const char *name, void *arg)
{
	struct found *f = arg;
	size_t n = strlen(name), i;

	if (strncmp(name, f->f_prefix, f->f_plen) != 0 ||
	    n >= sizeof(f->f_common))
		return;
	if (f->f_list) {
		outs(f->f_count > 0 ? "  " : "");
		outs(name);
	}
	if (f->f_count++ == 0) {
		memcpy(f->f_common, name, n + 1);
		f->f_clen = n;
		return;
	}
	for (i = 0; i < f->f_clen && f->f_common[i] == name[i]; i++)
		;
	f->f_clen = i;
}

static void
find_commands(struct found *f)
{
	COMMAND_FOREACH(c)
		found((*c)->c_name, f);
	sh_builtin_names(found, f);
}

static void
find_files(struct found *f, const char *dir)
{
	struct dirent *de;
	DIR *d = opendir(dir);

	if (d == NULL)
		return;
	while ((de = readdir(d)) != NULL) {
		if (de->d_name[0] == '.' && f->f_prefix[0] != '.')
			continue;
		f->f_dir = de->d_type == DT_DIR;
		found(de->d_name, f);
	}
	closedir(d);
}

static void
complete(struct edit *e)
{
	struct found f = { .f_list = e->e_lastkey == '\t' };
	size_t start = e->e_at;
	char *word, *slash, *dir = NULL;
	bool first, kext;

	while (start > 0 && strchr(" ;|&", e->e_buf[start - 1]) == NULL)
		start--;
	first = strspn(e->e_buf, " ") >= start;
	kext = strncmp(e->e_buf, "kextload ", 9) == 0;
	word = copy(e->e_buf + start, e->e_at - start);
	if (word == NULL)
		return;
	slash = strrchr(word, '/');
	f.f_prefix = slash != NULL ? slash + 1 : word;
	f.f_plen = strlen(f.f_prefix);
	if (f.f_list)
		outs("\n");
	if (first && slash == NULL) {
		find_commands(&f);
	} else {
		dir = slash == NULL ? copy(kext ? "/kexts" : ".",
					  kext ? 6 : 1)
				    : copy(word, slash == word
						? 1 : (size_t)(slash - word));
		if (dir != NULL)
			find_files(&f, dir);
	}
	if (f.f_list) {
		outs("\n");
		redraw(e);
	}
	if (f.f_count > 0 && f.f_clen > f.f_plen)
		insert(e, f.f_common + f.f_plen, f.f_clen - f.f_plen);
	if (f.f_count == 1)
		insert(e, f.f_dir ? "/" : " ", 1);
	else if (f.f_count == 0)
		outs("\a");
	free(dir);
	free(word);
}

static int
getkey(void)
{
	unsigned char c, d;

	if (read(0, &c, 1) != 1)
		return -1;
	if (c != 033)
		return c;
	if (read(0, &c, 1) != 1 || (c != '[' && c != 'O'))
		return 0;
	if (read(0, &c, 1) != 1)
		return -1;
	if (isdigit(c)) {
		d = c;
		while (read(0, &c, 1) == 1 && c != '~' && !isalpha(c))
			;
		return d == '1' || d == '7' ? KEY_HOME
		    : d == '4' || d == '8'  ? KEY_END
		    : d == '3'		    ? KEY_DEL
					    : 0;
	}
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	}
	return 0;
}

static void
erase_word(struct edit *e)
{
	size_t at = e->e_at, n;

	while (at > 0 && e->e_buf[at - 1] == ' ')
		at--;
	while (at > 0 && e->e_buf[at - 1] != ' ')
		at--;
	n = e->e_at - at;
	move_to(e, at);
	delete_at(e, n);
}

/* Acts on one key; true when the line is finished, with *result. */
static bool
key(struct edit *e, int k, int *result)
{
	char c;

	switch (k) {
	case '\r':
	case '\n':
		move_to(e, e->e_len);
		outs("\n");
		*result = (int)e->e_len;
		return true;
	case CTRL('C'):
		outs("^C\n");
		*result = -2;
		return true;
	case -1:
		*result = -1;
		return true;
	case CTRL('D'):
		if (e->e_len == 0) {
			*result = -1;
			return true;
		}
		/* FALLTHROUGH */
	case KEY_DEL:
		if (e->e_at < e->e_len)
			delete_at(e, 1);
		break;
	case CTRL('H'):
	case 0x7f:
		if (e->e_at > 0) {
			move_to(e, e->e_at - 1);
			delete_at(e, 1);
		}
		break;
	case CTRL('A'):
	case KEY_HOME:
		move_to(e, 0);
		break;
	case CTRL('E'):
	case KEY_END:
		move_to(e, e->e_len);
		break;
	case CTRL('B'):
	case KEY_LEFT:
		if (e->e_at > 0)
			move_to(e, e->e_at - 1);
		break;
	case CTRL('F'):
	case KEY_RIGHT:
		if (e->e_at < e->e_len)
			move_to(e, e->e_at + 1);
		break;
	case CTRL('P'):
	case KEY_UP:
		history(e, 1);
		break;
	case CTRL('N'):
	case KEY_DOWN:
		history(e, -1);
		break;
	case CTRL('K'):
		delete_at(e, e->e_len - e->e_at);
		break;
	case CTRL('U'):
		e->e_len -= e->e_at;
		memmove(e->e_buf, e->e_buf + e->e_at, e->e_len);
		e->e_at = 0;
		redraw(e);
		break;
	case CTRL('W'):
		erase_word(e);
		break;
	case CTRL('L'):
		outs("\033[H\033[2J");
		redraw(e);
		break;
	case '\t':
		complete(e);
		break;
	default:
		if (k >= ' ' && k < 256) {
			c = (char)k;
			insert(e, &c, 1);
		}
		break;
	}
	return false;
}

int
sh_edit(struct shell *sh, const char *prompt, char *buf, size_t size)
{
	struct edit e = { .e_sh = sh, .e_prompt = prompt, .e_buf = buf,
		.e_size = size };
	int raw = 1, k, result = -1;

	fflush(stdout);
	ioctl(0, TIOCSRAW, &raw);
	outs(prompt);
	do {
		k = getkey();
		if (key(&e, k, &result))
			break;
		e.e_lastkey = k;
	} while (true);
	raw = 0;
	ioctl(0, TIOCSRAW, &raw);
	free(e.e_kept);
	buf[result > 0 ? result : 0] = '\0';
	return result;
}
