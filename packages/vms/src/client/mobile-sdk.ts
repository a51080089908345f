import type { VMSClientOptions, VMSConnectionData } from "./settings.ts";
import { VMSPusherApi } from "./vms-pusher-api.ts";

const pusherApi = new VMSPusherApi();

/** The one client of an application, as on Android: `VMSMobileSDK.pusherApi.Builder(…).apply(…)`. */
export const VMSMobileSDK = {
  pusherApi,

  /** What the Android application gives elsewhere: the application's address, and how the client behaves. */
  configure(options: VMSClientOptions & Pick<VMSConnectionData, "baseUrl">): void {
    pusherApi.configure(options);
  },
} as const;
