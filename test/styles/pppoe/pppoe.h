/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 2516 on the wire, and what the daemon asks for.
 */
#define PPPOE_CTL_NAME	"com.example.ppp.pppoe"
#define PPPOE_CONNECT	1		/* name of the interface */
#define PPPOE_HANGUP	2
#define PPPOE_STATUS	3		/* struct pppoe_status */

struct pppoe_status {
	unsigned int	state;
	unsigned int	session;
};

#pragma pack(1)
struct pppoe_header {
	unsigned char	ver_type;
	unsigned char	code;
	unsigned short	session;
	unsigned short	length;
};
struct pppoe_tag {
	unsigned short	type;
	unsigned short	length;
};
#pragma pack()

enum { PADI = 0x09, PADO = 0x07, PADR = 0x19, PADS = 0x65, PADT = 0xa7 };
enum { ST_IDLE, ST_LOOKING, ST_ASKING, ST_UP, ST_FAILED };
