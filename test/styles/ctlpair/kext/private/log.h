#pragma once
#include <os/log.h>
void ctl_log_state(const char *what, int value);
#define CTL_TRACE(fmt, ...) os_log(OS_LOG_DEFAULT, "ctlpair: " fmt, ##__VA_ARGS__)
