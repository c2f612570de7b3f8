/** The way in beside the routes: addresses that carry the token, and connections that become WebSockets. */

import type { IncomingMessage } from "node:http";
import { type AccessRules, holdsToken, isForeign, isOwnHost, withoutKey } from "./access.ts";

/** A request to `/key/TOKEN/…` as one to `/…` that shows the token; any other as it is. */
export function keyed(request: Request): Request {
  const inside = withoutKey(new URL(request.url));
  if (!inside) return request;
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${inside.token}`);
  const { method, body, signal } = request;
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal, ...(body && { body, duplex: "half" }) };
  return new Request(new URL(inside.path, request.url), init);
}

/**
 * Whether a connection may become a WebSocket: the same three questions as every request is asked. An address with the token
 * loses it on the way.
 */
export function mayUpgrade(rules: AccessRules, request: IncomingMessage): boolean {
  const { host, origin, authorization, cookie } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (!isOwnHost(rules.hosts, host) || isForeign(host, origin, typeof site === "string" ? site : undefined))
    return false;
  const url = new URL(request.url ?? "/", "http://localhost");
  const inside = withoutKey(url);
  if (inside) request.url = inside.path;
  const token = inside?.token ?? url.searchParams.get("token") ?? undefined;
  return holdsToken(rules, { host, authorization, cookie, token });
}
