/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/socket.h>: socket addresses, options and messages.
 *
 * Every socket address carries its length in the first byte.
 */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_

#include <sys/types.h>
#include <sys/kernel_types.h>
#include <sys/uio.h>
#include <stdint.h>
#include <net/net_kev.h>

#define SOCK_STREAM		1
#define SOCK_DGRAM		2
#define SOCK_RAW		3
#define SOCK_RDM		4
#define SOCK_SEQPACKET		5

#define SOL_SOCKET		0xffff

#define SO_DEBUG		0x0001
#define SO_ACCEPTCONN		0x0002
#define SO_REUSEADDR		0x0004
#define SO_KEEPALIVE		0x0008
#define SO_DONTROUTE		0x0010
#define SO_BROADCAST		0x0020
#define SO_USELOOPBACK		0x0040
#define SO_LINGER		0x0080	/* in ticks of 10 ms */
#define SO_OOBINLINE		0x0100
#define SO_REUSEPORT		0x0200
#define SO_TIMESTAMP		0x0400
#define SO_SNDBUF		0x1001
#define SO_RCVBUF		0x1002
#define SO_SNDLOWAT		0x1003
#define SO_RCVLOWAT		0x1004
#define SO_SNDTIMEO		0x1005
#define SO_RCVTIMEO		0x1006
#define SO_ERROR		0x1007
#define SO_TYPE			0x1008
#define SO_NREAD		0x1020	/* bytes to read */
#define SO_NKE			0x1021	/* attach a socket filter */
#define SO_NOSIGPIPE		0x1022
#define SO_NOADDRERR		0x1023
#define SO_NWRITE		0x1024	/* bytes not yet sent */
#define SO_REUSESHAREUID	0x1025
#define SO_UPCALLCLOSEWAIT	0x1027	/* close waits for the upcall */
#define SO_LINGER_SEC		0x1080	/* in seconds */

#define AF_UNSPEC		0
#define AF_UNIX			1
#define AF_LOCAL		AF_UNIX
#define AF_INET			2
#define AF_APPLETALK		16
#define AF_ROUTE		17
#define AF_LINK			18
#define AF_NDRV			27
#define AF_INET6		30
#define AF_SYSTEM		32
#define AF_NETBIOS		33
#define AF_PPP			34
#define AF_UTUN			38
#define AF_MAX			40

#define PF_UNSPEC		AF_UNSPEC
#define PF_UNIX			AF_UNIX
#define PF_LOCAL		AF_LOCAL
#define PF_INET			AF_INET
#define PF_APPLETALK		AF_APPLETALK
#define PF_ROUTE		AF_ROUTE
#define PF_LINK			AF_LINK
#define PF_NDRV			AF_NDRV
#define PF_INET6		AF_INET6
#define PF_SYSTEM		AF_SYSTEM
#define PF_NETBIOS		AF_NETBIOS
#define PF_PPP			AF_PPP
#define PF_UTUN			AF_UTUN
#define PF_MAX			AF_MAX
/* Protocol families without addresses. */
#define PF_VLAN			((u_int32_t)0x766c616e)
#define PF_BOND			((u_int32_t)0x626f6e64)
#define PF_BRIDGE		((u_int32_t)0x62726467)

#define SOCK_MAXADDRLEN		255
#define SOMAXCONN		128

#define MSG_OOB			0x00001
#define MSG_PEEK		0x00002
#define MSG_DONTROUTE		0x00004
#define MSG_EOR			0x00008
#define MSG_TRUNC		0x00010
#define MSG_CTRUNC		0x00020
#define MSG_WAITALL		0x00040
#define MSG_DONTWAIT		0x00080
#define MSG_EOF			0x00100
#define MSG_WAITSTREAM		0x00200
#define MSG_FLUSH		0x00400
#define MSG_HOLD		0x00800
#define MSG_SEND		0x01000
#define MSG_HAVEMORE		0x02000
#define MSG_RCVMORE		0x04000
#define MSG_NEEDSA		0x10000
#ifdef KERNEL
#define MSG_NBIO		0x20000
#endif

#define SHUT_RD			0
#define SHUT_WR			1
#define SHUT_RDWR		2

struct linger {
	int	l_onoff;
	int	l_linger;
};

struct so_nke {
	unsigned int	nke_handle;
	unsigned int	nke_where;
	int		nke_flags;
};

struct sockaddr {
	u_int8_t	sa_len;
	sa_family_t	sa_family;
	char		sa_data[14];
};

struct sockaddr_storage {
	u_int8_t	ss_len;
	sa_family_t	ss_family;
	char		__ss_pad1[6];
	int64_t		__ss_align;
	char		__ss_pad2[112];
};

struct sockproto {
	u_short	sp_family;
	u_short	sp_protocol;
};

struct msghdr {
	void		*msg_name;
	socklen_t	 msg_namelen;
	struct iovec	*msg_iov;
	int		 msg_iovlen;
	void		*msg_control;
	socklen_t	 msg_controllen;
	int		 msg_flags;
};

/* Ancillary data: aligned to 4 bytes. */
struct cmsghdr {
	socklen_t	cmsg_len;
	int		cmsg_level;
	int		cmsg_type;
};

#define SCM_RIGHTS		1
#define SCM_TIMESTAMP		2
#define SCM_CREDS		3

#define __CMSG_ALIGN(n)		(((n) + 3UL) & ~3UL)
#define CMSG_DATA(cmsg)							\
	((unsigned char *)(cmsg) + __CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_FIRSTHDR(mhdr)						\
	((mhdr)->msg_controllen >= sizeof(struct cmsghdr) ?		\
	    (struct cmsghdr *)(mhdr)->msg_control : (struct cmsghdr *)0)
#define CMSG_NXTHDR(mhdr, cmsg)						\
	((cmsg) == 0 ? CMSG_FIRSTHDR(mhdr) :				\
	    ((char *)(cmsg) + __CMSG_ALIGN((cmsg)->cmsg_len) +		\
	    __CMSG_ALIGN(sizeof(struct cmsghdr)) >			\
	    (char *)(mhdr)->msg_control + (mhdr)->msg_controllen ?	\
	    (struct cmsghdr *)0 : (struct cmsghdr *)(void *)		\
	    ((char *)(cmsg) + __CMSG_ALIGN((cmsg)->cmsg_len))))
#define CMSG_SPACE(l)							\
	(__CMSG_ALIGN(sizeof(struct cmsghdr)) + __CMSG_ALIGN(l))
#define CMSG_LEN(l)		(__CMSG_ALIGN(sizeof(struct cmsghdr)) + (l))

#ifdef KERNEL
#include <sys/kpi_socket.h>
#endif

#endif /* _SYS_SOCKET_H_ */
