const form = /^\d{1,20}\.\d{1,20}$/;

/** Whether a text can be the id of a connection: digits, a dot, digits. Anything looser would let a caller shift text between the parts of what is signed. */
export const isSocketId = (text: string): boolean => form.test(text);
