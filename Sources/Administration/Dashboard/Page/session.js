// Who asks: the token lives in this tab's session, and goes into `Authorization` and nowhere else.

const key = "tidemark.token";

/** The server refused, and says why. */
export class Refusal extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export const hasToken = () => sessionStorage.getItem(key) !== null;
export const signIn = (token) => sessionStorage.setItem(key, token.trim());
export const signOut = () => sessionStorage.removeItem(key);

/** Asks for a path below `/api/v1/`; the response, which is one of success. */
export async function ask(method, path, { body, signal } = {}) {
  const headers = {};
  const token = sessionStorage.getItem(key);
  if (token !== null) headers["Authorization"] = `Bearer ${token}`;
  if (method !== "GET") headers["Content-Type"] = "application/json";
  const response = await fetch(new URL(`api/v1/${path}`, document.baseURI), {
    method, headers, signal, cache: "no-store", credentials: "omit", redirect: "error",
    body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
  });
  if (response.ok) return response;
  let message = `the server answers ${response.status}`;
  try {
    message = (await response.json()).error.message;
  } catch {
    // What stands before the server has answered.
  }
  throw new Refusal(response.status, message, Number(response.headers.get("Retry-After")) || 0);
}

export async function askJSON(method, path, options) {
  return (await ask(method, path, options)).json();
}

/** The path of a provider, and of what is below it. */
export const providerPath = (name, end = "") => `providers/${encodeURIComponent(name)}${end}`;
