/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connection requests without memory: SYN cookies, see tcp_cookie.c.  Net
 * lock held.
 */
#ifndef NET_INET_TCP_COOKIE_H
#define NET_INET_TCP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

struct netif;
struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* net.inet.tcp.syncookies: 0 never, 1 when there are too many requests, 2
 * always. */
extern int tcp_syncookies;

/* What a request said, as far as it fits into the cookie. */
struct tcp_cookie {
	uint16_t	mss;
	int8_t		wscale;		/* -1: not offered */
	bool		sack;
	bool		asked;		/* filters have agreed to it */
};

/*
 * Answers the current packet, a SYN with this header, with a SYN|ACK whose
 * sequence number is the cookie, and forgets it.  window: the one to be
 * announced.
 */
void	tcp_cookie_answer(const struct tcp_hdr *h, uint32_t window, bool asked);
/* Whether an acknowledgement for a listener may be that of a cookie. */
bool	tcp_cookie_expected(void);
/* Whether it is; *irs gets the sequence number of the SYN. */
bool	tcp_cookie_valid(const struct tcp_hdr *h, struct tcp_cookie *ck,
	    uint32_t *irs);
/*
 * The SYN of that request again, for the engine: it is given the cookie as
 * initial sequence number, and its answer is not sent.
 * Returns:   the connection, or NULL
 */
struct tcp_pcb *tcp_cookie_replay(const struct tcp_hdr *h,
	    const struct tcp_cookie *ck, uint32_t irs, struct netif *inp,
	    void (*input)(struct pbuf *syn, struct netif *inp));

/* Set during a replay: the engine's choice and its output (port/engine.c,
 * ip_out.c). */
extern const uint32_t *tcp_cookie_isn;

#endif /* NET_INET_TCP_COOKIE_H */
