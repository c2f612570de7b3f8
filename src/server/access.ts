/**
 * Who may ask: only requests that name this server as their host (no DNS rebinding), that no other site sent (no
 * cross-site request), and that show the workspace's token or come from its own page.
 */

import type { MiddlewareHandler } from "hono";
import { setCookie } from "hono/cookie";
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

/** Whether a `Host` header names this server. */
export function isOwnHost(hosts: readonly string[], host: string | undefined): boolean {
  return hosts.includes((host ?? "").replace(/:\d{1,5}$/, "").toLowerCase());
}

/** Whether a page of another origin sent a request. Programs that are no browsers say nothing of it. */
export function isForeign(host: string | undefined, origin: string | undefined, site: string | undefined): boolean {
  const isForeignSite = site !== undefined && site !== "same-origin" && site !== "none";
  return isForeignSite || (origin !== undefined && origin !== `http://${host}`);
}

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
    const header = (name: string): string | undefined => c.req.header(name);
    const isOpening = c.req.method === "GET" && header("sec-fetch-mode") === "navigate" && isPagePath(c.req.path);
    if (!isOpening && isForeign(header("host"), header("origin"), header("sec-fetch-site"))) {
      throw new SeedproofError("server.foreign-origin", "another site sent this request");
    }
    await next();
  };
}

/**
 * Whether a path is of the page itself, which is public code and holds nothing of the workspace. Everything else needs the token,
 * whatever is added to the server later.
 */
export function isPagePath(path: string): boolean {
  return (
    /^\/(?:index\.html|assets\/[\w.-]+|offline\/[a-z]+\.html|[a-z]+)?$/.test(path) &&
    (PAGES.has(path.slice(1)) || /^\/(?:assets\/|offline\/|index\.html$|$)/.test(path))
  );
}

/** Addresses of screens. */
const PAGES: ReadonlySet<string> = new Set(
  "read studio reproduce record compare library study lineage dossier settings tour".split(" "),
);

/** What of a request says who asks. */
export interface Asker {
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** The token in the address. */
  readonly token: string | undefined;
}

/**
 * Whether a request shows the token: as a bearer, as the password of basic authentication (as A1111's `--api-auth` takes it), or
 * in the address. The page itself carries a cookie that follows from the token and is worth nothing elsewhere.
 */
export function holdsToken({ token }: AccessRules, { host, authorization, cookie, token: shown }: Asker): boolean {
  const all = [...bearers(authorization), shown];
  const name = cookieName(portOf(host));
  const [, own] = new RegExp(`(?:^|;\\s*)${name}=([^;]*)`).exec(cookie ?? "") ?? [];
  const holds = all.some((one) => one !== undefined && sameSecret(one, token));
  return holds || (own !== undefined && sameSecret(own, pageKeyOf(token)));
}

/** Lets through who shows the token. @throws SeedproofError `server.no-token` */
export function tokenHolder(rules: AccessRules): MiddlewareHandler {
  return async (c, next) => {
    const header = (name: string): string | undefined => c.req.header(name);
    const asker = { host: header("host"), authorization: header("authorization"), cookie: header("cookie") };
    if (!holdsToken(rules, { ...asker, token: c.req.query("token") })) {
      throw new SeedproofError("server.no-token", "show the workspace's token: Authorization: Bearer …");
    }
    await next();
  };
}

/** The way in for programs that can send no header: `/key/TOKEN/…` is `/…` with the token shown. */
export function withoutKey(url: URL): { readonly path: string; readonly token: string } | undefined {
  const [, token, path] = /^\/key\/([\w-]{1,128})(\/.*)?$/.exec(url.pathname) ?? [];
  return token === undefined ? undefined : { token, path: `${path ?? "/"}${url.search}` };
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
