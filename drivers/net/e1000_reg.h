/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers and descriptors of the Intel 8254x family, as far as e1000.c uses
 * them.  Names, offsets and bits: "PCI/PCI-X Family of Gigabit Ethernet
 * Controllers Software Developer's Manual" (317453), chapter 13 for registers
 * and chapter 3 for descriptors.
 */
#ifndef DRIVERS_NET_E1000_REG_H
#define DRIVERS_NET_E1000_REG_H

#include <stdint.h>

#define E1000_CTRL	0x0000
#define  CTRL_ASDE	0x00000020	/* speed from the PHY */
#define  CTRL_SLU	0x00000040	/* set link up */
#define  CTRL_RST	0x04000000
#define E1000_STATUS	0x0008
#define  STATUS_LU	0x00000002	/* link up */
#define E1000_EERD	0x0014
#define  EERD_START	0x00000001
#define  EERD_DONE	0x00000010
#define  EERD_ADDR_SHIFT 8
#define  EERD_DATA_SHIFT 16
#define E1000_ICR	0x00c0
#define E1000_IMS	0x00d0
#define E1000_IMC	0x00d8
#define  INT_TXDW	0x00000001	/* descriptor written back */
#define  INT_LSC	0x00000004	/* link status change */
#define  INT_RXDMT0	0x00000010	/* few receive descriptors left */
#define  INT_RXO	0x00000040	/* receiver overrun */
#define  INT_RXT0	0x00000080	/* receiver timer */
#define E1000_RCTL	0x0100
#define  RCTL_EN	0x00000002
#define  RCTL_UPE	0x00000008	/* unicast promiscuous */
#define  RCTL_MPE	0x00000010	/* multicast promiscuous */
#define  RCTL_BAM	0x00008000	/* accept broadcast */
#define  RCTL_SECRC	0x04000000	/* strip the CRC */
#define E1000_TCTL	0x0400
#define  TCTL_EN	0x00000002
#define  TCTL_PSP	0x00000008	/* pad short packets */
#define  TCTL_CT	0x000000f0	/* collision threshold 15 */
#define  TCTL_COLD	0x00040000	/* collision distance 64, full duplex */
#define E1000_TIPG	0x0410
#define  TIPG_COPPER	0x0060200a	/* 10 | 8 << 10 | 6 << 20 */
#define E1000_RDBAL	0x2800
#define E1000_RDBAH	0x2804
#define E1000_RDLEN	0x2808
#define E1000_RDH	0x2810
#define E1000_RDT	0x2818
#define E1000_RDTR	0x2820
#define E1000_RADV	0x282c
#define E1000_TDBAL	0x3800
#define E1000_TDBAH	0x3804
#define E1000_TDLEN	0x3808
#define E1000_TDH	0x3810
#define E1000_TDT	0x3818
#define E1000_TIDV	0x3820
#define E1000_RXCSUM	0x5000
#define  RXCSUM_IPOFL	0x00000100
#define  RXCSUM_TUOFL	0x00000200
#define E1000_MTA	0x5200
#define  MTA_WORDS	128
#define E1000_RAL0	0x5400
#define E1000_RAH0	0x5404
#define  RAH_AV		0x80000000u	/* address valid */
#define  RAR_COUNT	16

/* Receive descriptor, 3.2.3. */
struct e1000_rxd {
	uint64_t	addr;
	uint16_t	length;
	uint16_t	checksum;
	uint8_t		status;
	uint8_t		errors;
	uint16_t	special;
};
#define RXD_DD		0x01		/* done */
#define RXD_EOP		0x02		/* end of packet */
#define RXD_IXSM	0x04		/* ignore the checksum bits */
#define RXD_TCPCS	0x20		/* TCP/UDP checksum calculated */
#define RXD_ERR_TCPE	0x20		/* and wrong */
#define RXD_ERR_FRAME	0x97		/* CE, SE, SEQ, CXE, RXE: bad frame */

/* Transmit descriptors, 3.3.  The legacy form (3.3.3) is not used. */
struct e1000_txd {
	uint64_t	addr;		/* data; context: offsets */
	uint32_t	cmd_len;	/* command, type and length */
	uint32_t	status;		/* data: STA, POPTS; context: MSS ... */
};
#define TXD_DTYP_CTX	0x00000000
#define TXD_DTYP_DATA	0x00100000
#define TXD_EOP		0x01000000
#define TXD_IFCS	0x02000000	/* append the CRC */
#define TXD_TSE		0x04000000	/* segment */
#define TXD_RS		0x08000000	/* report status */
#define TXD_DEXT	0x20000000	/* not the legacy form */
#define TXD_STA_DD	0x00000001	/* in status */
#define TXD_POPTS_IXSM	0x00000100
#define TXD_POPTS_TXSM	0x00000200
/* In a context's cmd_len, 3.3.6. */
#define TXC_TCP		0x01000000	/* in place of EOP */
#define TXC_IP		0x02000000	/* IPv4: in place of IFCS */

#endif
