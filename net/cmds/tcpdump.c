/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcpdump: captures packets.
 *
 *   tcpdump [-deDlnpqtvxX] [-c count] [-i interface] [-L port] [-r file]
 *           [-s snaplen] [-w file] [expression]
 *
 * Lines of text, or a pcap file: -w FILE (- is the standard output), and with
 * -L the file is sent to whoever connects to a TCP port, so that
 * `nc guest 9995 | wireshark -k -i -` shows the guest's traffic live.  -r
 * reads such a file instead of an interface.  -d prints the program the
 * expression becomes.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kernel/shell/command.h"
#include "net/cmds/pcapc.h"
#include "net/cmds/pktprint.h"
#include "net/dlil/bpfvar_run.h"
#include "net/dlil/ifinfo.h"

#define PCAP_MAGIC	0xa1b2c3d4u
#define SNAPLEN		262144
#define BUFSIZE		(64 * 1024)

/* File header and record header of the classic pcap format. */
struct pcap_file {
	uint32_t	magic;
	uint16_t	major, minor;
	uint32_t	zone, sigfigs, snaplen, dlt;
};
struct pcap_rec {
	uint32_t	sec, usec, caplen, len;
};

struct dump {
	struct pktprint_opts opts;
	const char	*ifname, *in, *out;
	unsigned	port;		/* -L */
	bool		code, list, nopromisc, notime, flush;
	long		count;
	uint32_t	snaplen;
	char		expr[512];
	struct bpf_insn	prog[BPF_MAXINSNS];
	int		ninsns;
	int		fd, outfd;	/* -1: none */
	unsigned	dlt;
	unsigned long	captured;
};

/* The process that was interrupted last; handlers run in it. */
static volatile pid_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = getpid();
}

static int
complain(const char *what)
{
	fprintf(stderr, "tcpdump: %s: %s\n", what, strerror(errno));
	return (1);
}

/* --- output ---------------------------------------------------------------- */

static bool
write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);
		if (n <= 0)
			return (false);
		p += n;
		len -= (size_t)n;
	}
	return (true);
}

static bool
write_head(struct dump *d)
{
	struct pcap_file head = {
		.magic = PCAP_MAGIC, .major = 2, .minor = 4,
		.snaplen = d->snaplen, .dlt = d->dlt == DLT_RAW ? 101 : d->dlt,
	};

	return (write_all(d->outfd, &head, sizeof(head)));
}

static bool
packet(struct dump *d, uint32_t sec, uint32_t usec, const uint8_t *p,
    uint32_t caplen, uint32_t len)
{
	d->captured++;
	if (d->outfd >= 0) {
		struct pcap_rec rec = { sec, usec, caplen, len };
		return (write_all(d->outfd, &rec, sizeof(rec)) &&
		    write_all(d->outfd, p, caplen));
	}
	if (!d->notime)
		printf("%02u:%02u:%02u.%06u ", sec / 3600 % 24, sec / 60 % 60,
		    sec % 60, usec);
	print_packet(&d->opts, d->dlt, p, caplen, len);
	printf("\n");
	if (d->flush)
		fflush(stdout);
	return (true);
}

static bool
done(const struct dump *d)
{
	return (interrupted == getpid() ||
	    (d->count > 0 && d->captured >= (unsigned long)d->count));
}

/* --- sources --------------------------------------------------------------- */

static int
open_bpf(void)
{
	for (int i = 0; i < 32; i++) {
		char name[16];
		snprintf(name, sizeof(name), "/dev/bpf%d", i);
		int fd = open(name, O_RDWR);
		if (fd >= 0 || errno != EBUSY)
			return (fd);
	}
	return (-1);
}

static int
compile(struct dump *d)
{
	char err[128];

	d->ninsns = pcap_compile_filter(d->expr, d->dlt, d->snaplen, d->prog,
	    err, sizeof(err));
	if (d->ninsns < 0) {
		fprintf(stderr, "tcpdump: %s\n", err);
		return (64);
	}
	return (0);
}

static void
first_up(const struct ifinfo *info, void *arg)
{
	struct ifinfo *best = arg;

	if ((info->flags & IFF_UP) != 0 && (best->name[0] == '\0' ||
	    ((best->flags & IFF_LOOPBACK) != 0 &&
	    (info->flags & IFF_LOOPBACK) == 0)))
		*best = *info;
}

static int
open_interface(struct dump *d)
{
	/* Reads end now and then, so that an interrupt is noticed. */
	struct timeval wait = { .tv_usec = 250000 };
	u_int size = BUFSIZE, one = 1;
	struct ifinfo info;
	struct ifreq ifr;

	memset(&info, 0, sizeof(info));
	if (d->ifname == NULL) {
		ifinfo_foreach(first_up, &info);
		d->ifname = info.name;
	}
	d->fd = open_bpf();
	if (d->fd < 0)
		return (complain("/dev/bpf"));
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, d->ifname, sizeof(ifr.ifr_name));
	if (ioctl(d->fd, BIOCSBLEN, &size) != 0 ||
	    ioctl(d->fd, BIOCSETIF, &ifr) != 0 ||
	    ioctl(d->fd, BIOCIMMEDIATE, &one) != 0 ||
	    ioctl(d->fd, BIOCSRTIMEOUT, &wait) != 0 ||
	    ioctl(d->fd, BIOCGDLT, &d->dlt) != 0)
		return (complain(ifr.ifr_name));
	if (!d->nopromisc && ioctl(d->fd, BIOCPROMISC) != 0)
		return (complain("promiscuous mode"));
	int status = compile(d);
	if (status != 0)
		return (status);
	struct bpf_program prog = { (u_int)d->ninsns, d->prog };
	if (ioctl(d->fd, BIOCSETF, &prog) != 0)
		return (complain("filter"));
	if (d->outfd < 0 || d->out == NULL || strcmp(d->out, "-") != 0)
		fprintf(stderr, "tcpdump: listening on %s, link-type %u, "
		    "snapshot length %u\n", ifr.ifr_name, d->dlt, d->snaplen);
	return (0);
}

/* The records of one read. */
static bool
records(struct dump *d, const uint8_t *buf, size_t len)
{
	struct bpf_hdr bh;
	size_t at = 0;

	while (at + SIZEOF_BPF_HDR <= len && !done(d)) {
		memcpy(&bh, buf + at, SIZEOF_BPF_HDR);
		if (at + bh.bh_hdrlen + bh.bh_caplen > len)
			break;
		if (!packet(d, (uint32_t)bh.bh_tstamp.tv_sec,
		    (uint32_t)bh.bh_tstamp.tv_usec, buf + at + bh.bh_hdrlen,
		    bh.bh_caplen, bh.bh_datalen))
			return (false);
		at += BPF_WORDALIGN(bh.bh_hdrlen + bh.bh_caplen);
	}
	return (true);
}

static int
capture(struct dump *d)
{
	uint8_t *buf = malloc(BUFSIZE);
	struct bpf_stat st = { 0, 0 };
	int status = 0;

	if (buf == NULL)
		return (complain("buffer"));
	while (!done(d)) {
		ssize_t n = read(d->fd, buf, BUFSIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			status = complain("read");
			break;
		}
		if (!records(d, buf, (size_t)n))
			break;		/* the reader of our output left */
	}
	free(buf);
	(void)ioctl(d->fd, BIOCGSTATS, &st);
	fprintf(stderr, "%lu packets captured\n%u packets received by filter\n"
	    "%u packets dropped by kernel\n", d->captured, st.bs_recv,
	    st.bs_drop);
	return (status);
}

static int
bad_file(const char *name)
{
	fprintf(stderr, "tcpdump: %s: bad or truncated capture file\n", name);
	return (1);
}

static int
replay(struct dump *d)
{
	FILE *f = strcmp(d->in, "-") == 0 ? stdin : fopen(d->in, "r");
	struct pcap_file head;
	struct pcap_rec rec;
	uint8_t *buf;
	int status = 0;

	if (f == NULL)
		return (complain(d->in));
	if (fread(&head, sizeof(head), 1, f) != 1 || head.magic != PCAP_MAGIC)
		return (bad_file(d->in));
	d->dlt = head.dlt == 101 ? DLT_RAW : head.dlt;
	status = compile(d);
	if (status != 0)
		return (status);
	if (d->outfd >= 0 && !write_head(d))
		return (complain("write"));
	buf = malloc(SNAPLEN);
	if (buf == NULL)
		return (complain("buffer"));
	while (!done(d) && fread(&rec, sizeof(rec), 1, f) == 1) {
		if (rec.caplen > SNAPLEN ||
		    fread(buf, 1, rec.caplen, f) != rec.caplen) {
			status = bad_file(d->in);
			break;
		}
		if (bpf_run_bytes(d->prog, buf, rec.caplen, rec.len) != 0 &&
		    !packet(d, rec.sec, rec.usec, buf, rec.caplen, rec.len))
			break;
	}
	free(buf);
	if (f != stdin)
		fclose(f);
	return (status);
}

/* --- start ----------------------------------------------------------------- */

/* Waits for the one who wants the capture. */
static int
serve(struct dump *d)
{
	struct sockaddr_in6 sin6;
	int one = 1;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	memset(&sin6, 0, sizeof(sin6));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = AF_INET6;
	sin6.sin6_port = htons((uint16_t)d->port);
	if (fd < 0)
		return (complain("socket"));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&sin6, sizeof(sin6)) != 0 ||
	    listen(fd, 1) != 0) {
		close(fd);
		return (complain("listen"));
	}
	fprintf(stderr, "tcpdump: waiting for a reader on port %u\n", d->port);
	d->outfd = accept(fd, NULL, NULL);
	close(fd);
	if (d->outfd < 0)
		return (complain("accept"));
	/* Not its own traffic: that would never end. */
	size_t used = strlen(d->expr);
	char own[32];
	snprintf(own, sizeof(own), "not tcp port %u", d->port);
	if (used == 0)
		strlcpy(d->expr, own, sizeof(d->expr));
	else if (used + strlen(own) + 10 < sizeof(d->expr)) {
		char text[sizeof(d->expr)];
		snprintf(text, sizeof(text), "(%s) and %s", d->expr, own);
		strlcpy(d->expr, text, sizeof(d->expr));
	}
	return (0);
}

static void
list_one(const struct ifinfo *info, void *arg)
{
	printf("%u.%s%s\n", info->index, info->name,
	    info->flags & IFF_UP ? " [Up]" : "");
}

static int
print_code(struct dump *d)
{
	struct ifinfo info;

	d->dlt = DLT_EN10MB;
	if (d->ifname != NULL && ifinfo_get(d->ifname, &info) &&
	    (info.flags & IFF_LOOPBACK) != 0)
		d->dlt = DLT_NULL;
	int status = compile(d);
	for (int i = 0; status == 0 && i < d->ninsns; i++)
		printf("{ 0x%x, %u, %u, 0x%08x },\n", d->prog[i].code,
		    d->prog[i].jt, d->prog[i].jf, d->prog[i].k);
	return (status);
}

static int
parse_options(struct dump *d, int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, "c:dDei:lL:npqr:s:tvw:xX")) != -1) {
		switch (ch) {
		case 'c':
			d->count = strtol(optarg, NULL, 10);
			break;
		case 'd':
			d->code = true;
			break;
		case 'D':
			d->list = true;
			break;
		case 'e':
			d->opts.link = true;
			break;
		case 'i':
			d->ifname = optarg;
			break;
		case 'l':
			d->flush = true;
			break;
		case 'L':
			d->port = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'n':
			break;
		case 'p':
			d->nopromisc = true;
			break;
		case 'q':
			d->opts.quiet = true;
			break;
		case 'r':
			d->in = optarg;
			break;
		case 's':
			d->snaplen = (uint32_t)strtoul(optarg, NULL, 10);
			if (d->snaplen == 0)
				d->snaplen = SNAPLEN;
			break;
		case 't':
			d->notime = true;
			break;
		case 'v':
			d->opts.verbose = true;
			break;
		case 'w':
			d->out = optarg;
			break;
		case 'x':
			d->opts.hex = 1;
			break;
		case 'X':
			d->opts.hex = 2;
			break;
		default:
			return (command_usage("tcpdump"));
		}
	}
	for (int i = optind; i < argc; i++) {
		if (d->expr[0] != '\0')
			strlcat(d->expr, " ", sizeof(d->expr));
		if (strlcat(d->expr, argv[i], sizeof(d->expr)) >=
		    sizeof(d->expr)) {
			fprintf(stderr, "tcpdump: expression too long\n");
			return (64);
		}
	}
	return (0);
}

static int
run(struct dump *d)
{
	int status = 0;

	if (d->list) {
		ifinfo_foreach(list_one, NULL);
		return (0);
	}
	if (d->code)
		return (print_code(d));
	if (d->port != 0)
		status = serve(d);
	if (status == 0 && d->out != NULL) {
		d->outfd = strcmp(d->out, "-") == 0 ? 1 :
		    open(d->out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (d->outfd < 0)
			status = complain(d->out);
	}
	if (status == 0 && d->in != NULL)
		return (replay(d));
	if (status == 0)
		status = open_interface(d);
	if (status == 0 && d->outfd >= 0 && !write_head(d))
		status = complain("write");
	if (status == 0) {
		if (interrupted == getpid())
			interrupted = 0;
		signal(SIGINT, on_interrupt);
		signal(SIGTERM, on_interrupt);
		status = capture(d);
	}
	return (status);
}

static int
tcpdump_main(int argc, char **argv)
{
	struct dump *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return (complain("memory"));
	d->fd = d->outfd = -1;
	d->snaplen = SNAPLEN;
	int status = parse_options(d, argc, argv);
	if (status == 0)
		status = run(d);
	if (d->fd >= 0)
		close(d->fd);
	if (d->outfd > 1)
		close(d->outfd);
	free(d);
	return (status);
}
COMMAND(tcpdump, "tcpdump [-deDlnpqtvxX] [-c count] [-i if] [-L port] "
    "[-r file] [-s len] [-w file] [expression] - capture packets",
    tcpdump_main);
