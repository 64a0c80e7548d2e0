/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kextload, kextunload, kextfind.
 *
 * A kext is named by a file (it has a slash or ends in .kext), by a URL, by
 * its identifier, or by the name of its file in /kexts.
 */
#include "kernel/shell/command.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/kext/fetch.h"
#include "kernel/kext/registry.h"

#define KEXT_FOLDER	"/kexts"
#define NAME_BUF	512

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return (n >= m && strcmp(s + n - m, end) == 0);
}

static bool
is_url(const char *s)
{
	return (strncmp(s, "http://", 7) == 0);
}

/* Adds the file at a URL to the pool. */
static int
pool_fetch(struct kext_pool *kp, const char *url, char *msg, size_t msgsize)
{
	size_t size;
	void *data;
	int rc;

	if (fetch_http(url, &data, &size, msg, msgsize) != 0)
		return (-1);
	rc = kext_pool_add(kp, data, size, msg, msgsize);
	free(data);
	return (rc == 0 ? 0 : -1);
}

/*
 * Fetches what a kext from a URL depends on out of the same folder, under its
 * identifier or the last part of it.  What is not there the loader reports.
 */
static void
pool_fetch_libraries(struct kext_pool *kp, const char *url)
{
	char id[KEXT_NAME_MAX], last[KEXT_NAME_MAX] = "", path[NAME_BUF];
	char msg[KEXT_MSG_MAX];
	const char *dot;
	int dir = (int)(strrchr(url, '/') - url);

	while (kext_pool_missing(kp, id, sizeof(id)) &&
	    strcmp(id, last) != 0) {
		strlcpy(last, id, sizeof(last));
		snprintf(path, sizeof(path), "%.*s/%s.kext", dir, url, id);
		if (pool_fetch(kp, path, msg, sizeof(msg)) == 0)
			continue;
		dot = strrchr(id, '.');
		snprintf(path, sizeof(path), "%.*s/%s.kext", dir, url,
		    dot != NULL ? dot + 1 : id);
		(void)pool_fetch(kp, path, msg, sizeof(msg));
	}
}

/* The folder of a path, for its libraries. */
static void
folder_of(const char *path, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		strlcpy(buf, ".", size);
	else if (slash == path)
		strlcpy(buf, "/", size);
	else
		snprintf(buf, size, "%.*s", (int)(slash - path), path);
}

/* A pool for the argument; *id is what to load out of it, NULL: the first. */
static struct kext_pool *
pool_for(const char *arg, const char **id, char *msg, size_t msgsize)
{
	char path[NAME_BUF];
	struct kext_pool *kp;
	struct stat st;
	bool file = strchr(arg, '/') != NULL || ends_with(arg, ".kext");
	int rc = 0;

	strlcpy(path, KEXT_FOLDER, sizeof(path));
	if (file && !is_url(arg))
		folder_of(arg, path, sizeof(path));
	kp = kext_pool_create(path);
	if (kp == NULL) {
		snprintf(msg, msgsize, "no memory");
		return (NULL);
	}
	*id = NULL;
	if (is_url(arg)) {
		rc = pool_fetch(kp, arg, msg, msgsize);
		if (rc == 0)
			pool_fetch_libraries(kp, arg);
	} else if (file) {
		rc = kext_pool_add_path(kp, arg, msg, msgsize);
	} else {
		snprintf(path, sizeof(path), KEXT_FOLDER "/%s.kext", arg);
		if (stat(path, &st) == 0)
			rc = kext_pool_add_path(kp, path, msg, msgsize);
		else
			*id = arg;
	}
	if (rc != 0) {
		kext_pool_free(kp);
		return (NULL);
	}
	return (kp);
}

static int
load_one(const char *arg, bool verbose)
{
	struct kext_result res;
	struct kext_pool *kp;
	const char *id;

	kp = pool_for(arg, &id, res.kr_msg, sizeof(res.kr_msg));
	if (kp == NULL) {
		fprintf(stderr, "kextload: %s: %s\n", arg, res.kr_msg);
		return (1);
	}
	if (kext_load(kp, id, &res) != kOSReturnSuccess) {
		fprintf(stderr, "kextload: %s: %s\n",
		    res.kr_id[0] != '\0' ? res.kr_id : arg, res.kr_msg);
		return (1);
	}
	if (verbose || res.kr_msg[0] != '\0')
		printf("%s %s\n", res.kr_id, res.kr_msg[0] != '\0' ?
		    res.kr_msg : "loaded");
	return (0);
}

static int
kextload_main(int argc, char **argv)
{
	bool verbose = false;
	int i = 1, status = 0;

	if (i < argc && strcmp(argv[i], "-v") == 0) {
		verbose = true;
		i++;
	}
	if (i == argc || argv[i][0] == '-')
		return (command_usage("kextload"));
	if (!command_privileged("kextload"))
		return (1);
	for (; i < argc; i++)
		status |= load_one(argv[i], verbose);
	return (status);
}
COMMAND(kextload, "kextload [-v] file|id|name|http://... - load kexts and "
    "what they depend on", kextload_main);

/* The identifier of the kext in a file, named as for kextload. */
static bool
file_id(const char *arg, char *id, size_t size)
{
	char path[NAME_BUF], msg[KEXT_MSG_MAX];
	bool file = strchr(arg, '/') != NULL || ends_with(arg, ".kext");
	struct bundle *b = malloc(sizeof(*b));
	struct kext_pool *kp = NULL;
	struct stat st;
	bool found;

	snprintf(path, sizeof(path), file ? "%s" : KEXT_FOLDER "/%s.kext", arg);
	if (b != NULL && !is_url(arg) && stat(path, &st) == 0)
		kp = kext_pool_create(KEXT_FOLDER);
	found = kp != NULL &&
	    kext_pool_add_path(kp, path, msg, sizeof(msg)) == 0 &&
	    kext_pool_bundle(kp, 0, b);
	if (found)
		strlcpy(id, b->b_id, size);
	kext_pool_free(kp);
	free(b);
	return (found);
}

/*
 * The identifier for what was typed: that of a loaded kext, the one of which
 * it is the last part (tcplognke for org.unikext.tcplognke), or that of the
 * kext in the file of this name.
 */
static void
loaded_id(const char *arg, char *id, size_t size)
{
	struct kext_stat *ks = malloc(sizeof(*ks));
	char tail[KEXT_NAME_MAX + 1];
	uint32_t after = 0;
	bool known = false;

	strlcpy(id, arg, size);
	if (ends_with(id, ".kext"))
		id[strlen(id) - 5] = '\0';
	snprintf(tail, sizeof(tail), ".%s", id);
	while (ks != NULL && kext_stat_next(after, ks)) {
		after = ks->ks_tag;
		known |= strcmp(ks->ks_id, arg) == 0;
		if (known)
			break;
		if (ks->ks_state != KEXT_ZOMBIE && ends_with(ks->ks_id, tail)) {
			strlcpy(id, ks->ks_id, size);
			known = true;
		}
	}
	free(ks);
	if (!known)
		(void)file_id(arg, id, size);
}

static int
kextunload_main(int argc, char **argv)
{
	char id[KEXT_NAME_MAX];
	struct kext_result res;
	unsigned flags = 0;
	bool verbose = false;
	int i, status = 0;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-f") == 0)
			flags |= KEXT_UNLOAD_FORCE;
		else if (strcmp(argv[i], "-v") == 0)
			verbose = true;
		else if (strcmp(argv[i], "-b") != 0)
			return (command_usage("kextunload"));
	}
	if (i == argc)
		return (command_usage("kextunload"));
	if (!command_privileged("kextunload"))
		return (1);
	for (; i < argc; i++) {
		loaded_id(argv[i], id, sizeof(id));
		if (kext_unload(id, flags, &res) != kOSReturnSuccess) {
			fprintf(stderr, "kextunload: %s: %s\n", id,
			    res.kr_msg);
			status = 1;
		} else if (verbose || res.kr_msg[0] != '\0') {
			printf("%s %s\n", id, res.kr_msg[0] != '\0' ?
			    res.kr_msg : "unloaded");
		}
	}
	return (status);
}
COMMAND(kextunload, "kextunload [-f] [-v] id|name|file - stop and unload kexts; "
    "-f takes away what they leave", kextunload_main);

/* --- kextfind ------------------------------------------------------------------- */

static bool
is_loaded(const char *id)
{
	struct kext_stat *ks = malloc(sizeof(*ks));
	uint32_t after = 0;
	bool found = false;

	while (ks != NULL && !found && kext_stat_next(after, ks)) {
		after = ks->ks_tag;
		found = ks->ks_state != KEXT_ZOMBIE &&
		    strcmp(ks->ks_id, id) == 0;
	}
	free(ks);
	return (found);
}

static void
find_print(const char *path, const struct bundle *b, const char *msg,
    bool json, bool first)
{
	if (json) {
		printf("%s\n {\"file\": \"%s\"", first ? "" : ",", path);
		if (b != NULL)
			printf(", \"id\": \"%s\", \"version\": \"%s\", "
			    "\"loaded\": %s}", b->b_id, b->b_version,
			    is_loaded(b->b_id) ? "true" : "false");
		else
			printf(", \"error\": \"%s\"}", msg);
	} else if (b != NULL) {
		printf("%-40s %-10s %s%s\n", b->b_id, b->b_version, path,
		    is_loaded(b->b_id) ? " (loaded)" : "");
	} else {
		printf("%-40s %-10s %s (%s)\n", "-", "-", path, msg);
	}
}

static int
find_folder(const char *folder, bool json)
{
	char path[NAME_BUF], msg[KEXT_MSG_MAX];
	struct bundle *b = malloc(sizeof(*b));
	struct kext_pool *kp;
	struct dirent *de;
	bool first = true, good;
	DIR *dir;

	dir = opendir(folder);
	if (dir == NULL || b == NULL) {
		perror(folder);
		free(b);
		return (1);
	}
	if (json)
		printf("[");
	while ((de = readdir(dir)) != NULL) {
		if (!ends_with(de->d_name, ".kext"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, de->d_name);
		kp = kext_pool_create(folder);
		if (kp == NULL)
			break;
		good = kext_pool_add_path(kp, path, msg, sizeof(msg)) == 0 &&
		    kext_pool_bundle(kp, 0, b);
		find_print(path, good ? b : NULL, msg, json, first);
		first = false;
		kext_pool_free(kp);
	}
	if (json)
		printf("%s]\n", first ? "" : "\n");
	closedir(dir);
	free(b);
	return (0);
}

static int
kextfind_main(int argc, char **argv)
{
	bool json = false;
	int i = 1;

	if (i < argc && strcmp(argv[i], "-j") == 0) {
		json = true;
		i++;
	}
	if (i < argc && argv[i][0] == '-')
		return (command_usage("kextfind"));
	return (find_folder(i < argc ? argv[i] : KEXT_FOLDER, json));
}
COMMAND(kextfind, "kextfind [-j] [folder] - kexts that could be loaded",
    kextfind_main);
