/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_media.h>: media types of interfaces.
 */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_

#define IFM_ETHER		0x00000020
#define IFM_AUTO		0
#define IFM_MANUAL		1
#define IFM_NONE		2
#define IFM_10_T		3
#define IFM_100_TX		6
#define IFM_1000_T		16
#define IFM_10G_T		21

#define IFM_FDX			0x00100000
#define IFM_HDX			0x00200000
#define IFM_FLOW		0x00400000
#define IFM_LOOP		0x08000000

#define IFM_NMASK		0x000000e0
#define IFM_TMASK		0x000f001f
#define IFM_GMASK		0x0ff00000

#define IFM_AVALID		0x00000001
#define IFM_ACTIVE		0x00000002

#define IFM_TYPE(x)		((x) & IFM_NMASK)
#define IFM_SUBTYPE(x)		((x) & IFM_TMASK)

#endif /* _NET_IF_MEDIA_H_ */
