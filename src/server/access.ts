/**
 * Who may ask: only requests that name this server as their host (no DNS rebinding), that no other site sent (no
 * cross-site request), and that show the workspace's token or come from its own page.
 */

import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { SeedproofError } from "../base/errors.ts";
import { derivedSecret, sameSecret } from "../node/token-file.ts";

/** What requests are held against. */
export interface AccessRules {
  readonly token: string;
  /** Names by which this server may be called, without port. */
  readonly hosts: readonly string[];
}

/** The names of loopback. */
export const LOOPBACK: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** Rejects requests that call this server by another name: a page of another site whose name was pointed at us. */
export function ownHost({ hosts }: AccessRules): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
    if (!hosts.includes(name))
      throw new SeedproofError("server.foreign-host", "this server is not called by that name");
    await next();
  };
}

/**
 * Rejects requests that a page of another origin sent. Browsers say so in `Sec-Fetch-Site` and `Origin`, which no page can
 * forge; other programs send neither. Opening the page by a link from elsewhere is no such request.
 */
export function ownOrigin(): MiddlewareHandler {
  return async (c, next) => {
    const [origin, site] = [c.req.header("origin"), c.req.header("sec-fetch-site")];
    const isOpening = c.req.method === "GET" && c.req.header("sec-fetch-mode") === "navigate" && isPagePath(c.req.path);
    const foreignSite = site !== undefined && site !== "same-origin" && site !== "none";
    const foreignOrigin = origin !== undefined && origin !== `http://${c.req.header("host")}`;
    if (!isOpening && (foreignSite || foreignOrigin)) {
      throw new SeedproofError("server.foreign-origin", "another site sent this request");
    }
    await next();
  };
}

/** Whether a path is of the page itself, which is public code and holds nothing of the workspace. */
export function isPagePath(path: string): boolean {
  return !/^\/(?:api|sdapi|internal)\//.test(path);
}

/**
 * Lets through who shows the token: as a bearer, as the password of basic authentication (as A1111's `--api-auth` takes it),
 * or in the address. The page itself carries a cookie that follows from the token and is worth nothing elsewhere.
 */
export function tokenHolder({ token }: AccessRules): MiddlewareHandler {
  const pageKey = pageKeyOf(token);
  return async (c, next) => {
    const shown = [...bearers(c.req.header("authorization")), c.req.query("token")];
    const holds = shown.some((one) => one !== undefined && sameSecret(one, token));
    const port = portOf(c.req.header("host"));
    const cookie = getCookie(c, cookieName(port));
    if (!holds && !(cookie !== undefined && sameSecret(cookie, pageKey))) {
      throw new SeedproofError("server.no-token", "show the workspace's token: Authorization: Bearer …");
    }
    await next();
  };
}

/** `/?token=…` as it is printed at the start: the page gets its cookie, and the token leaves the address. */
export function pageEntrance({ token }: AccessRules): MiddlewareHandler {
  const pageKey = pageKeyOf(token);
  return async (c, next) => {
    const shown = c.req.query("token");
    if (c.req.method !== "GET" || shown === undefined || !isPagePath(c.req.path)) return next();
    if (!sameSecret(shown, token)) throw new SeedproofError("server.no-token", "this is not the workspace's token");
    // Cookies do not know ports: the name keeps two workbenches on one machine apart.
    setCookie(c, cookieName(portOf(c.req.header("host"))), pageKey, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: 400 * 24 * 3600,
    });
    return c.redirect(c.req.path);
  };
}

function pageKeyOf(token: string): string {
  return derivedSecret(token, "page");
}

function cookieName(port: string): string {
  return `seedproof-${port}`;
}

function portOf(host: string | undefined): string {
  return /:(\d{1,5})$/.exec(host ?? "")?.[1] ?? "80";
}

function bearers(header: string | undefined): string[] {
  const [, scheme, value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (scheme === undefined) return [];
  if (scheme.toLowerCase() === "bearer") return [value];
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, "base64").toString("utf8")) ?? [];
  return password === undefined ? [] : [password];
}
