/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two hosts of ours against each other.
 *
 * The stack (mbufs, interface layer, engines, sockets, filters) is one shared
 * object, loaded twice, each copy with globals of its own.  Time is virtual:
 * it jumps to the next thing that either host or the wire wants to do.  The
 * wire loses, repeats, reorders and damages frames.  Everything random comes
 * from one seed, so that a run that failed can be had again: `-s seed`.
 *
 * A run passes if no byte was wrong, the connections ended as they should,
 * and nothing is left in either host: no buffer, connection, socket or heap
 * object.
 *
 * Under the name netfuzz the wire also puts in frames that nobody sent (mutate.c).  Then
 * connections may break and bytes be wrong; what has to hold is that no
 * assertion fails, no sanitizer complains, and that nothing is left.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/unit/twohosts/api.h"
#include "test/unit/twohosts/mutate.h"

struct frame {
	struct frame	*next;
	uint64_t	due;
	unsigned	to;
	size_t		len;
	unsigned char	data[];
};

struct wire {
	unsigned	loss, dup, reorder, biterr;	/* of 1000 */
	unsigned	fuzz;		/* of 1000: forgeries a frame */
	uint64_t	frames, lost, repeated, late, damaged, forged;
};

static const struct th_api *hosts[2];
static struct frame *queue;
static struct wire wire, chosen;
static uint64_t rand_state, now = 1000000000ull;
static bool offload_verified[2];

static unsigned
rnd(unsigned n)
{
	rand_state ^= rand_state << 13;
	rand_state ^= rand_state >> 7;
	rand_state ^= rand_state << 17;
	return n == 0 ? 0 : (unsigned)(rand_state >> 20) % n;
}

static void
enqueue(const void *data, size_t len, unsigned to, uint64_t due, bool damage)
{
	struct frame *f = malloc(sizeof(*f) + len), **p;

	f->due = due;
	f->to = to;
	f->len = len;
	memcpy(f->data, data, len);
	if (damage) {
		/* Beyond the addresses: a switch would have dropped it. */
		size_t bit = 14 * 8 + rnd((unsigned)(len - 14) * 8);

		f->data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		wire.damaged++;
	}
	for (p = &queue; *p != NULL && (*p)->due <= due; p = &(*p)->next)
		;
	f->next = *p;
	*p = f;
}

/* What comes along with a frame that nobody sent. */
static void
forge(const unsigned char *frame, size_t len, unsigned to, uint64_t due)
{
	unsigned char buf[MUTATE_MAX + 1000];
	size_t n;

	n = mutate_answer(buf, frame, len, rnd);
	if (n != 0)
		enqueue(buf, n, 1 - to, due, false);
	for (unsigned i = rnd(1000) < wire.fuzz ? 1 + rnd(4) : 0; i > 0; i--) {
		if (rnd(2) && len <= MUTATE_MAX) {
			memcpy(buf, frame, len);
			n = mutate_frame(buf, len, rnd);
		} else {
			n = mutate_invent(buf, to, rnd);
		}
		wire.forged++;
		enqueue(buf, n < 14 ? 14 : n, to, due + rnd(30) * 100000ull,
		    false);
	}
}

static void
transmit(void *cookie, const void *frame, size_t len)
{
	unsigned to = 1 - (unsigned)(size_t)cookie;
	uint64_t due = now + 100000 + rnd(200) * 1000;

	wire.frames++;
	if (wire.fuzz != 0)
		forge(frame, len, to, due);
	if (rnd(1000) < wire.loss) {
		wire.lost++;
		return;
	}
	if (rnd(1000) < wire.reorder) {
		due += rnd(40) * 1000000ull;
		wire.late++;
	}
	enqueue(frame, len, to, due, len > 20 && rnd(1000) < wire.biterr);
	if (rnd(1000) < wire.dup) {
		wire.repeated++;
		enqueue(frame, len, to, due + rnd(5) * 1000000ull, false);
	}
}

static void
deliver(void)
{
	while (queue != NULL && queue->due <= now) {
		struct frame *f = queue;

		queue = f->next;
		hosts[f->to]->receive(f->data, f->len, offload_verified[f->to]);
		free(f);
	}
}

/* Runs until `until`, or until done() says so.  False: time is up. */
static bool
run(uint64_t until, bool (*done)(void))
{
	while (now < until) {
		uint64_t next = until, t;

		deliver();
		for (int i = 0; i < 2; i++) {
			t = hosts[i]->run(now);
			if (t < next)
				next = t;
		}
		if (done != NULL && done())
			return true;
		if (queue != NULL && queue->due < next)
			next = queue->due;
		now = next > now ? next : now + 1000;
	}
	return done == NULL;
}

static bool
both_done(void)
{
	return hosts[0]->traffic_done() && hosts[1]->traffic_done();
}

static const struct th_api *
load(const char *program, char which)
{
	const struct th_api *(*get)(void);
	char path[512];
	void *h;

	snprintf(path, sizeof(path), "%s-%c.so", program, which);
	h = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (h == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	*(void **)&get = dlsym(h, "th_get_api");
	return get();
}

/* --- a run ------------------------------------------------------------------------ */

static void
choose(struct th_config *c, uint64_t seed)
{
	static const unsigned mtus[] = { 1500, 1500, 1500, 1280, 4000, 9000 };

	memset(c, 0, sizeof(*c));
	c->seed = seed;
	c->syncookies = seed % 3 == 0 ? 2 : 1;
	c->mtu = mtus[rnd(6)];
	c->offload = rnd(4);
	c->conns = 20 + rnd(40);
	c->maxbytes = rnd(3) == 0 ? 150000 : 40000;
	c->udp = 100 + rnd(300);
	c->pings = 50 + rnd(100);
	c->small_buffers = rnd(2);
	c->abort = rnd(2) ? 100 : 0;
	if (rnd(2))
		c->filters |= TH_F_IPF;
	if ((c->filters & TH_F_IPF) && rnd(2))
		c->filters |= TH_F_IPF_EDIT;
	if (rnd(3) == 0)
		c->filters |= TH_F_IFF;
	if (rnd(2))
		c->swallow = 20 + rnd(280);
	if (rnd(2))
		c->defer = rnd(300);
	if (rnd(3) == 0)
		c->flush_ms = 200 + rnd(3800);
	if (rnd(3) == 0)
		c->mbuf_fail = 50 + rnd(1000);
	if (rnd(4) == 0)
		c->kmem_fail = 50 + rnd(1000);
	if (rnd(5) == 0)
		return;			/* a clean wire */
	wire.loss = rnd(2) ? rnd(60) : rnd(5);
	wire.dup = rnd(30);
	wire.reorder = rnd(100);
	wire.biterr = rnd(2) ? rnd(8) : 0;
}

static int
judge(uint64_t seed, const struct th_config *c, bool timed_out)
{
	const struct th_counts *a = hosts[0]->counts(), *b = hosts[1]->counts();
	uint64_t failed = a->conns_failed + b->conns_failed;
	uint64_t all = (uint64_t)c->conns * 2;
	int bad = 0;

	for (int i = 0; i < 2; i++) {
		const char *left = hosts[i]->leftovers();

		if (left[0] != '\0') {
			printf("seed %llu: host %d keeps%s\n",
			    (unsigned long long)seed, i, left);
			bad = 1;
		}
	}
	if (c->fuzz) {
		printf("seed %llu: %llu forged frames, %llu KB, %llu s%s\n",
		    (unsigned long long)seed, (unsigned long long)wire.forged,
		    (unsigned long long)((a->bytes_in + b->bytes_in) >> 10),
		    (unsigned long long)(now / 1000000000),
		    bad ? " FAILED" : "");
		return bad;
	}
	if (a->wrong + b->wrong != 0) {
		printf("seed %llu: wrong bytes\n", (unsigned long long)seed);
		bad = 1;
	}
	if (timed_out) {
		printf("seed %llu: traffic did not end\n",
		    (unsigned long long)seed);
		bad = 1;
	}
	/* TCP gives up in the end; with refusals all over it may. */
	if (failed * 20 > all * (c->mbuf_fail || c->kmem_fail ? 4 : 1)) {
		printf("seed %llu: %llu of %llu connections failed\n",
		    (unsigned long long)seed, (unsigned long long)failed,
		    (unsigned long long)all);
		bad = 1;
	}
	/* A damaged datagram that its checksum lets through is luck. */
	if (a->udp_bad + b->udp_bad > (chosen.biterr != 0 ? 2 : 0)) {
		printf("seed %llu: %llu datagrams wrong\n",
		    (unsigned long long)seed,
		    (unsigned long long)(a->udp_bad + b->udp_bad));
		bad = 1;
	}
	printf("seed %llu: cookies %d mtu %u off %u filt %u swal %u defer %u fail %u/%u "
	    "flush %u loss %u dup %u reord %u bit %u | tcp %llu ok %llu cut "
	    "%llu failed, %llu KB | udp %llu/%llu ping %llu/%llu | filt %llu "
	    "inj %llu def %llu | frames %llu, %llu s%s\n",
	    (unsigned long long)seed, c->syncookies, c->mtu, c->offload, c->filters, c->swallow,
	    c->defer, c->mbuf_fail, c->kmem_fail, c->flush_ms, chosen.loss,
	    chosen.dup, chosen.reorder, chosen.biterr,
	    (unsigned long long)(a->conns_ok + b->conns_ok),
	    (unsigned long long)(a->conns_cut + b->conns_cut),
	    (unsigned long long)failed,
	    (unsigned long long)((a->bytes_in + b->bytes_in) >> 10),
	    (unsigned long long)(a->udp_ok + b->udp_ok),
	    (unsigned long long)(a->udp_sent + b->udp_sent),
	    (unsigned long long)(a->pings_ok + b->pings_ok),
	    (unsigned long long)(a->pings_sent + b->pings_sent),
	    (unsigned long long)(a->filter_calls + b->filter_calls),
	    (unsigned long long)(a->injected + b->injected),
	    (unsigned long long)(a->deferred + b->deferred),
	    (unsigned long long)wire.frames,
	    (unsigned long long)(now / 1000000000), bad ? " FAILED" : "");
	return bad;
}

static int
one_run(const char *program, uint64_t seed, bool fuzz, bool verbose)
{
	struct th_config cfg;
	struct th_env env;
	bool timed_out;

	setvbuf(stdout, NULL, _IOLBF, 0);
	rand_state = seed * 0x9e3779b97f4a7c15ull + 1;
	for (int i = 0; i < 16; i++)
		(void)rnd(2);
	choose(&cfg, seed);
	if (fuzz) {
		cfg.fuzz = true;
		cfg.conns /= 2;
		wire.fuzz = 200 + rnd(700);
	}
	chosen = wire;
	cfg.verbose = verbose;
	hosts[0] = load(program, 'a');
	hosts[1] = load(program, 'b');
	for (unsigned i = 0; i < 2; i++) {
		cfg.host = i;
		env.cookie = (void *)(size_t)i;
		env.transmit = transmit;
		hosts[i]->init(&cfg, &env);
		/* A device that checks, on a wire that damages nothing. */
		offload_verified[i] = (cfg.offload & TH_OFF_CSUM) &&
		    wire.biterr == 0 && !(cfg.filters & TH_F_IPF_EDIT);
	}
	now = 20000000000ull;
	timed_out = !run(now + (fuzz ? 300 : 1800) * 1000000000ull, both_done);
	if (timed_out && !fuzz) {
		for (int i = 0; i < 2; i++)
			printf("host %d:\n%s", i, hosts[i]->state());
	}
	for (int i = 0; i < 2; i++)
		hosts[i]->stop_traffic();
	(void)run(now + 30ull * 1000000000, NULL);
	for (int i = 0; i < 2; i++)
		hosts[i]->quiesce();
	wire.loss = wire.dup = wire.reorder = wire.biterr = wire.fuzz = 0;
	/* TIME_WAIT, fragments that never met, the last retransmissions. */
	(void)run(now + 900ull * 1000000000, NULL);
	for (int i = 0; i < 2; i++)
		hosts[i]->quiesce();
	(void)run(now + 5ull * 1000000000, NULL);
	return judge(seed, &cfg, timed_out);
}

int
main(int argc, char **argv)
{
	uint64_t first = 1, last = 8;
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash != NULL ? slash + 1 : argv[0];
	bool fuzz = strcmp(name, "netfuzz") == 0;
	bool verbose = false, single = false;
	int opt, passed = 0, failed = 0;

	while ((opt = getopt(argc, argv, "s:n:f:v")) != -1) {
		switch (opt) {
		case 's':
			first = last = strtoull(optarg, NULL, 0);
			single = true;
			break;
		case 'f':
			first = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			last = first + strtoull(optarg, NULL, 0) - 1;
			break;
		case 'v':
			verbose = true;
			break;
		default:
			fprintf(stderr, "usage: %s [-v] [-s seed | [-f first] "
			    "-n count]\n", argv[0]);
			return 2;
		}
	}
	if (single)
		return one_run(argv[0], first, fuzz, verbose);
	for (uint64_t seed = first; seed <= last; seed++) {
		int status;
		pid_t pid;

		fflush(stdout);
		pid = fork();

		if (pid == 0) {
			int bad = one_run(argv[0], seed, fuzz, verbose);

			fflush(stdout);
			_exit(bad);
		}
		waitpid(pid, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
			printf("PASS %s_seed_%llu\n", name,
			    (unsigned long long)seed);
			passed++;
		} else {
			printf("FAIL %s_seed_%llu (again: SEED=%llu)\n", name,
			    (unsigned long long)seed, (unsigned long long)seed);
			failed++;
		}
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
