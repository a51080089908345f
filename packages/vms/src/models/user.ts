import type * as v from "valibot";

import { date, flag, integer, list, model, optional, text } from "./field.ts";
import type { Model } from "./field.ts";
import type { Camelized } from "./wire-names.ts";

export const permission = model({
  id: optional(integer),
  name: optional(text),
  display_name: optional(text),
  description: optional(text),
  user_type: optional(text),
  group: optional(text),
});

const userFields = {
  id: integer,
  login: optional(text),
  name: optional(text),
  access_token_id: optional(text),
  permissions: optional(list(permission)),
  can_update_password: optional(flag),
  parent_id: optional(integer),
  has_legals: optional(flag),
  created_at: optional(date),
  updated_at: optional(date),
  phone: optional(text),
  email: optional(text),
  token: optional(text),
};
export interface UserModel extends Model<typeof userFields> {}
export const user: UserModel = model(userFields);

export const vmsPermissionSchema = permission.read;
export const vmsUserSchema = user.read;

export type VMSPermission = Camelized<v.InferOutput<typeof vmsPermissionSchema>>;
export type VMSUser = Camelized<v.InferOutput<typeof vmsUserSchema>>;
