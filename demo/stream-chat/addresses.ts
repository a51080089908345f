/** The one channel of the demo. */
export const slug = "night-kitchen";
/** Where the DevAPI of the demo stands: `/v1/…` is below it. */
export const apiPath = "/demo/vk-live";
/** Where the panel asks for actions, and for the state they left. */
export const actionPath = "/demo/vk-live/panel";
