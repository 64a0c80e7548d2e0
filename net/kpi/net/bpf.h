/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/bpf.h>: packet capture: taps of interfaces, filter programs,
 * descriptors.
 */
#ifndef _NET_BPF_H_
#define _NET_BPF_H_

#include <sys/param.h>
#include <sys/ioccom.h>
#include <net/kpi_interface.h>

#define BPF_RELEASE		199606
#define BPF_MAXINSNS		512
#define BPF_MAXBUFSIZE		0x80000
#define BPF_MINBUFSIZE		32
#define BPF_MEMWORDS		16
#define BPF_MAJOR_VERSION	1
#define BPF_MINOR_VERSION	1

#define BPF_ALIGNMENT		sizeof(int32_t)
#define BPF_WORDALIGN(x)						\
	(((x) + (BPF_ALIGNMENT - 1)) & ~(BPF_ALIGNMENT - 1))

typedef int32_t			bpf_int32;
typedef u_int32_t		bpf_u_int32;

struct bpf_insn {
	u_short		code;
	u_char		jt;
	u_char		jf;
	bpf_u_int32	k;
};

struct bpf_program {
	u_int		 bf_len;	/* instructions */
	struct bpf_insn	*bf_insns;
};

struct bpf_stat {
	u_int	bs_recv;
	u_int	bs_drop;
};

struct bpf_version {
	u_short	bv_major;
	u_short	bv_minor;
};

/* In front of each captured packet; bh_hdrlen bytes with padding. */
struct bpf_hdr {
	struct timeval32	bh_tstamp;
	bpf_u_int32		bh_caplen;
	bpf_u_int32		bh_datalen;
	u_short			bh_hdrlen;
};
#define SIZEOF_BPF_HDR		18

#pragma pack(push, 4)
struct bpf_dltlist {
	u_int32_t	bfl_len;
	union {
		u_int32_t	*bflu_list;
		u_int64_t	 bflu_pad;
	} bfl_u;
};
#pragma pack(pop)
#define bfl_list		bfl_u.bflu_list

#define BIOCGBLEN		_IOR('B', 102, u_int)
#define BIOCSBLEN		_IOWR('B', 102, u_int)
#define BIOCSETF		_IOW('B', 103, struct bpf_program)
#define BIOCFLUSH		_IO('B', 104)
#define BIOCPROMISC		_IO('B', 105)
#define BIOCGDLT		_IOR('B', 106, u_int)
#define BIOCGETIF		_IOR('B', 107, struct ifreq)
#define BIOCSETIF		_IOW('B', 108, struct ifreq)
#define BIOCSRTIMEOUT		_IOW('B', 109, struct timeval)
#define BIOCGRTIMEOUT		_IOR('B', 110, struct timeval)
#define BIOCGSTATS		_IOR('B', 111, struct bpf_stat)
#define BIOCIMMEDIATE		_IOW('B', 112, u_int)
#define BIOCVERSION		_IOR('B', 113, struct bpf_version)
#define BIOCGRSIG		_IOR('B', 114, u_int)
#define BIOCSRSIG		_IOW('B', 115, u_int)
#define BIOCGHDRCMPLT		_IOR('B', 116, u_int)
#define BIOCSHDRCMPLT		_IOW('B', 117, u_int)
#define BIOCGSEESENT		_IOR('B', 118, u_int)
#define BIOCSSEESENT		_IOW('B', 119, u_int)
#define BIOCSDLT		_IOW('B', 120, u_int)
#define BIOCGDLTLIST		_IOWR('B', 121, struct bpf_dltlist)
#define BIOCSETFNR		_IOW('B', 126, struct bpf_program)

/* Link types. */
#define DLT_NULL		0	/* family, 4 bytes in host order */
#define DLT_EN10MB		1
#define DLT_SLIP		8
#define DLT_PPP			9
#define DLT_RAW			12
#define DLT_PPP_SERIAL		50
#define DLT_IEEE802_11		105
#define DLT_LOOP		108
#define DLT_PFLOG		117
#define DLT_IEEE802_11_RADIO	127
#define DLT_APPLE_IP_OVER_IEEE1394 138
#define DLT_USER0		147
#define DLT_USER1		148
#define DLT_USER2		149
#define DLT_USER3		150
#define DLT_USER4		151
#define DLT_USER5		152
#define DLT_USER6		153
#define DLT_USER7		154
#define DLT_USER8		155
#define DLT_USER9		156
#define DLT_USER10		157
#define DLT_USER11		158
#define DLT_USER12		159
#define DLT_USER13		160
#define DLT_USER14		161
#define DLT_USER15		162

/* The filter machine's instruction codes. */
#define BPF_CLASS(code)		((code) & 0x07)
#define BPF_LD			0x00
#define BPF_LDX			0x01
#define BPF_ST			0x02
#define BPF_STX			0x03
#define BPF_ALU			0x04
#define BPF_JMP			0x05
#define BPF_RET			0x06
#define BPF_MISC		0x07

#define BPF_SIZE(code)		((code) & 0x18)
#define BPF_W			0x00
#define BPF_H			0x08
#define BPF_B			0x10
#define BPF_MODE(code)		((code) & 0xe0)
#define BPF_IMM			0x00
#define BPF_ABS			0x20
#define BPF_IND			0x40
#define BPF_MEM			0x60
#define BPF_LEN			0x80
#define BPF_MSH			0xa0

#define BPF_OP(code)		((code) & 0xf0)
#define BPF_ADD			0x00
#define BPF_SUB			0x10
#define BPF_MUL			0x20
#define BPF_DIV			0x30
#define BPF_OR			0x40
#define BPF_AND			0x50
#define BPF_LSH			0x60
#define BPF_RSH			0x70
#define BPF_NEG			0x80
#define BPF_JA			0x00
#define BPF_JEQ			0x10
#define BPF_JGT			0x20
#define BPF_JGE			0x30
#define BPF_JSET		0x40
#define BPF_SRC(code)		((code) & 0x08)
#define BPF_K			0x00
#define BPF_X			0x08
#define BPF_RVAL(code)		((code) & 0x18)
#define BPF_A			0x10
#define BPF_MISCOP(code)	((code) & 0xf8)
#define BPF_TAX			0x00
#define BPF_TXA			0x80

#define BPF_STMT(code, k)	{ (u_short)(code), 0, 0, (k) }
#define BPF_JUMP(code, k, jt, jf) { (u_short)(code), (jt), (jf), (k) }

#ifdef KERNEL
/*
 * Sends a frame that a program wrote through a capture descriptor.
 * Returns:   0, or why it failed
 * Ownership: consumes packet on success and on failure
 * Context:   the program's thread, may block
 * Locks:     none held
 */
typedef errno_t (*bpf_send_func)(ifnet_t interface, u_int32_t data_link_type,
    mbuf_t packet);

/*
 * The first listener of a link type came, or the last one left.
 * Returns:   0, or why it failed
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*bpf_tap_func)(ifnet_t interface, u_int32_t data_link_type,
    bpf_tap_mode direction);

__BEGIN_DECLS

/*
 * bpf_attach() without callbacks and result.
 * Context:   thread, may block
 * Locks:     none held
 * Units:     header_length in bytes
 */
void bpfattach(ifnet_t interface, u_int data_link_type, u_int header_length);

/*
 * Adds a link type to an attached interface; send and tap may be NULL.
 * Returns:   0; EEXIST for the same link type, EINVAL, ENOMEM
 * Ownership: ends with the interface
 * Context:   thread, may block
 * Locks:     none held
 * Units:     header_length in bytes
 */
errno_t bpf_attach(ifnet_t interface, u_int32_t data_link_type,
    u_int32_t header_length, bpf_send_func send, bpf_tap_func tap);

/*
 * Shows a packet received to the listeners of a link type, 0 for the
 * interface's first; header, if not NULL, is a link header outside the mbuf.
 * Ownership: borrows packet
 * Context:   any thread
 * Locks:     none held
 * Units:     header_len in bytes
 */
void bpf_tap_in(ifnet_t interface, u_int32_t dlt, mbuf_t packet, void *header,
    size_t header_len);

/*
 * Shows a packet sent to the listeners, as bpf_tap_in().
 * Ownership: borrows packet
 * Context:   any thread
 * Locks:     none held
 * Units:     header_len in bytes
 */
void bpf_tap_out(ifnet_t interface, u_int32_t dlt, mbuf_t packet,
    void *header, size_t header_len);

/*
 * Shows a packet that begins with its link header to the listeners of the
 * interface's first link type: as received when the packet has a receiving
 * interface, else as sent. bpf_tap_in() and bpf_tap_out() replaced it.
 * Ownership: borrows packet
 * Context:   any thread
 * Locks:     none held
 */
void bpf_mtap(ifnet_t interface, mbuf_t packet);

/*
 * Shows a packet in one piece of memory, link header included, as sent, to the
 * listeners of the interface's first link type.
 * Context:   any thread
 * Locks:     none held
 * Units:     length in bytes
 */
void bpf_tap(ifnet_t interface, u_char *packet, u_int length);

__END_DECLS
#endif /* KERNEL */

#endif /* _NET_BPF_H_ */
