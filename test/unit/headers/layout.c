/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layouts of the structures kexts and programs fill in: sizes of the
 * reference (LP64), and the offsets that packing decides.
 */
#include <mach-o/fat.h>
#include <mach-o/loader.h>
#include <mach/kmod.h>
#include <mach/mach_time.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/kpi_ipfilter.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netinet6/in6_var.h>
#include <stddef.h>
#include <sys/conf.h>
#include <sys/kern_control.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/un.h>
#include <uuid/uuid.h>

#include "test/unit/lib/unit.h"

#define SIZE(type, size)	CHECK_EQ(sizeof(type), size)
#define AT(type, member, off)	CHECK_EQ(offsetof(type, member), off)

UNIT_TEST(scalar_types)
{
	SIZE(int64_t, 8);
	CHECK(__builtin_types_compatible_p(int64_t, long long));
	CHECK(__builtin_types_compatible_p(u_int64_t, unsigned long long));
	CHECK(__builtin_types_compatible_p(size_t, unsigned long));
	SIZE(dev_t, 4);
	SIZE(ino_t, 4);
	SIZE(mode_t, 2);
	SIZE(off_t, 8);
	SIZE(time_t, 8);
	SIZE(suseconds_t, 4);
	SIZE(sa_family_t, 1);
	SIZE(socklen_t, 4);
	SIZE(user_addr_t, 8);
	SIZE(boolean_t, 4);
	SIZE(errno_t, 4);
	CHECK_EQ(major(makedev(5, 17)), 5);
	CHECK_EQ(minor(makedev(5, 17)), 17);
	CHECK_EQ(major(makedev(255, 0xffffff)), 255);
}

UNIT_TEST(time_layouts)
{
	SIZE(struct timeval, 16);
	SIZE(struct timespec, 16);
	SIZE(struct timeval32, 8);
}

UNIT_TEST(mbuf_layouts)
{
	SIZE(struct mbuf_stat, 576);
	AT(struct mbuf_stat, mcfail, 536);
	CHECK(__builtin_types_compatible_p(mbuf_how_t, u_int32_t));
}

UNIT_TEST(socket_layouts)
{
	SIZE(struct sockaddr, 16);
	SIZE(struct sockaddr_in, 16);
	SIZE(struct sockaddr_in6, 28);
	SIZE(struct sockaddr_dl, 20);
	SIZE(struct sockaddr_storage, 128);
	CHECK_EQ(_Alignof(struct sockaddr_storage), 8);
	SIZE(struct sockaddr_sys, 32);
	SIZE(struct sockaddr_ctl, 32);
	SIZE(struct sockaddr_un, 106);
	SIZE(struct msghdr, 48);
	SIZE(struct cmsghdr, 12);
	SIZE(struct so_nke, 12);
	SIZE(struct linger, 8);
	SIZE(struct iovec, 16);
	CHECK_EQ(CMSG_LEN(4), 16);
	CHECK_EQ(CMSG_SPACE(5), 20);
}

UNIT_TEST(filter_layouts)
{
	SIZE(struct sflt_filter, 192);
	AT(struct sflt_filter, sf_ext, 136);
	SIZE(struct sflt_filter_ext, 56);
	SIZE(struct ipf_filter, 40);
	SIZE(struct ipf_pktopts, 24);
	SIZE(struct iff_filter, 64);
}

UNIT_TEST(interface_layouts)
{
	SIZE(struct ifnet_init_params, 144);
	SIZE(struct ifnet_demux_desc, 24);
	SIZE(struct ifnet_attach_proto_param, 72);
	SIZE(struct ifnet_attach_proto_param_v2, 72);
	SIZE(struct ifnet_stat_increment_param, 32);
	SIZE(struct ifnet_stats_param, 88);
	SIZE(struct net_event_data, 24);
	SIZE(struct kev_dl_proto_data, 32);
	SIZE(struct ifdevmtu, 12);
	SIZE(struct ifkpi, 16);
	SIZE(struct ifreq, 32);
	SIZE(struct ifaliasreq, 64);
	SIZE(struct ifconf, 12);
	AT(struct ifconf, ifc_ifcu, 4);
	SIZE(struct ifstat, 817);
	SIZE(struct ifdrv, 40);
	SIZE(struct rslvmulti_req, 16);
	SIZE(struct if_data, 96);
	SIZE(struct ifmediareq, 44);
	SIZE(struct in_aliasreq, 64);
	SIZE(struct kev_in_data, 52);
	SIZE(struct in6_addrlifetime, 24);
	SIZE(struct in6_ifreq, 288);
	SIZE(struct in6_aliasreq, 128);
}

UNIT_TEST(control_and_event_layouts)
{
	SIZE(struct kern_ctl_reg, 160);
	SIZE(struct ctl_info, 100);
	SIZE(struct ctl_event_data, 8);
	SIZE(struct kern_event_msg, 28);
	SIZE(struct kev_request, 12);
	SIZE(struct kev_vendor_code, 204);
	SIZE(struct kev_msg, 96);
}

UNIT_TEST(bpf_layouts)
{
	SIZE(struct bpf_hdr, 20);
	AT(struct bpf_hdr, bh_hdrlen, 16);
	SIZE(struct bpf_program, 16);
	SIZE(struct bpf_insn, 8);
	SIZE(struct bpf_stat, 8);
	SIZE(struct bpf_version, 4);
	CHECK_EQ(BPF_WORDALIGN(5), 8);
}

UNIT_TEST(protocol_layouts)
{
	SIZE(struct ip, 20);
	AT(struct ip, ip_src, 12);
	SIZE(struct ip6_hdr, 40);
	SIZE(struct ip6_frag, 8);
	SIZE(struct ip6_rthdr, 4);
	SIZE(struct tcphdr, 20);
	SIZE(struct udphdr, 8);
	SIZE(struct icmp, 28);
	AT(struct icmp, icmp_dun, 8);
	SIZE(struct icmp6_hdr, 8);
	SIZE(struct nd_router_solicit, 8);
	SIZE(struct nd_router_advert, 16);
	SIZE(struct nd_neighbor_solicit, 24);
	SIZE(struct nd_neighbor_advert, 24);
	SIZE(struct nd_redirect, 40);
	SIZE(struct nd_opt_hdr, 2);
	SIZE(struct ether_header, 14);
	SIZE(struct ether_addr, 6);
	SIZE(struct arphdr, 8);
	SIZE(struct ether_arp, 28);
}

UNIT_TEST(kernel_layouts)
{
	SIZE(kmod_info_t, 196);
	AT(kmod_info_t, address, 156);
	SIZE(struct sysctl_oid, 80);
	SIZE(struct cdevsw, 112);
	SIZE(struct vfsstatfs, 2164);
	SIZE(uuid_t, 16);
	SIZE(uuid_string_t, 37);
	SIZE(struct mach_header, 28);
	SIZE(struct mach_header_64, 32);
	SIZE(struct fat_header, 8);
	SIZE(struct mach_timebase_info, 8);
}

UNIT_TEST(bit_fields)
{
	union {
		struct ip	ip;
		struct tcphdr	th;
		unsigned char	b[20];
	} u = { .b = { 0x45 } };

	CHECK_EQ(u.ip.ip_v, 4);
	CHECK_EQ(u.ip.ip_hl, 5);
	u.b[12] = 0x50;
	u.b[13] = 0x12;
	CHECK_EQ(u.th.th_off, 5);
	CHECK_EQ(u.th.th_flags, TH_SYN | TH_ACK);
}
