/* SPDX-License-Identifier: BSD-2-Clause */
#import <Cocoa/Cocoa.h>

@interface AppDelegate : NSObject
@end

@implementation AppDelegate
- (void)applicationDidFinishLaunching:(NSNotification *)n { }
@end
