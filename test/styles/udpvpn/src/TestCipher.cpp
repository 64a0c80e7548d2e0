// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include "Vpn.h"
int main() { std::cout << "ok" << std::endl; }
