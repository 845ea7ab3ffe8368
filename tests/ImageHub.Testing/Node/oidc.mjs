// An OpenID Connect provider: `node oidc.mjs <port, 0 for a free one>`. Each start makes new keys. Prints the port; exits when its standard input ends.
// Its sign-in page accepts any name. Tests configure the provider by `PUT /test/state`:
//   people: the claims of each person, by name; logoutUri: the address for logout tokens;
//   idToken, userInfo, metadata: claims to replace in answers (null removes one);
//   signature: how a changed ID token (idToken) is signed: "none", "HS256" (with the public key as the secret) or "otherKey";
//   logoutDuringExchange: the names of claims ("sub", "sid"). Before the provider returns tokens, it sends a logout token with these claims to logoutUri.
// `POST /test/logout-token` signs a logout token with the given claims.
import { createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const client = 'imagehub';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
let state = {};

const server = createServer();
await new Promise((resolve) => server.listen(Number(process.argv[2]), '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const site = 'https://photos.example/api/v1/auth/oidc';
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client,
      client_secret: 'the client secret of the tests',
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${site}/callback`],
      backchannel_logout_uri: `${site}/backchannel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['tests'] },
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups', 'realm_access', 'plan'] },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...state.people?.[accountId] }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  pkce: { required: () => true },
  // Nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: client, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
  fetch: (address, options) => fetch(state.logoutUri ?? address, { ...options, dispatcher: undefined }),
});

// Allows any redirect URI, because each test's server listens on another port.
provider.Client.prototype.redirectUriAllowed = () => true;

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const signatures = {
  none: () => '',
  HS256: (text) => createHmac('sha256', publicKey.export({ format: 'pem', type: 'spki' })).update(text).digest('base64url'),
  otherKey: (text) => createSign('RSA-SHA256').update(text).sign(otherKey, 'base64url'),
  RS256: (text) => createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url'),
};
function sign(claims, type, signature = 'RS256') {
  const signed = `${base64url({ alg: signature === 'otherKey' ? 'RS256' : signature, kid: key.kid, typ: type })}.${base64url(claims)}`;
  return `${signed}.${signatures[signature](signed)}`;
}
function signLogoutToken(claims) {
  const now = Math.floor(Date.now() / 1000);
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return sign(replaced({ iss: issuer, aud: client, iat: now, exp: now + 120, jti: randomUUID(), events: event }, claims), 'logout+jwt');
}
const replaced = (claims, by) => Object.fromEntries(Object.entries({ ...claims, ...by }).filter(([, value]) => value !== null));

provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'token' && ctx.body.id_token && state.logoutDuringExchange) {
    const claims = JSON.parse(Buffer.from(ctx.body.id_token.split('.')[1], 'base64url'));
    const token = signLogoutToken(Object.fromEntries(state.logoutDuringExchange.map((name) => [name, claims[name]])));
    await fetch(state.logoutUri, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
  }
  if (ctx.oidc?.route === 'token' && ctx.body.id_token && state.idToken) {
    const claims = JSON.parse(Buffer.from(ctx.body.id_token.split('.')[1], 'base64url'));
    ctx.body.id_token = sign(replaced(claims, state.idToken), 'JWT', state.signature);
  } else if (ctx.oidc?.route === 'userinfo' && state.userInfo) {
    ctx.body = replaced(ctx.body, state.userInfo);
  } else if (ctx.oidc?.route === 'discovery' && state.metadata) {
    ctx.body = replaced(ctx.body, state.metadata);
  }
});

async function read(request) {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

const handle = provider.callback();
server.on('request', async (request, response) => {
  if (request.url === '/test/state') {
    state = JSON.parse(await read(request));
    response.end();
  } else if (request.url === '/test/logout-token') {
    response.end(signLogoutToken(JSON.parse(await read(request))));
  } else if (request.url.startsWith('/interaction/') && request.method === 'POST') {
    const login = new URLSearchParams(await read(request)).get('login');
    const result = login === null ? { error: 'access_denied' } : { login: { accountId: login } };
    await provider.interactionFinished(request, response, result);
  } else if (request.url.startsWith('/interaction/')) {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      '<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,"><form method="post"><label>Name <input name="login"></label><button>Continue</button></form></html>',
    );
  } else {
    handle(request, response);
  }
});
console.log(server.address().port);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
