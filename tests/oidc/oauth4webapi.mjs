// A program on somebody's own device with oauth4webapi, unchanged: no secret, signatures checked against the published keys.
import { createInterface } from 'node:readline/promises'
import * as oauth from 'oauth4webapi'

const [issuer, id, redirect, after] = process.argv.slice(2)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (what) => console.log(JSON.stringify(what))
const open = { [oauth.allowInsecureRequests]: true }

const as = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), open))
const client = { client_id: id }, none = oauth.None()
const verifier = oauth.generateRandomCodeVerifier(), state = oauth.generateRandomState(), nonce = oauth.generateRandomNonce()
const go = new URL(as.authorization_endpoint)
for (const [name, value] of Object.entries({
  client_id: id, redirect_uri: redirect, response_type: 'code', scope: 'openid profile', state, nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})) go.searchParams.set(name, value)
say({ go: go.href })
const params = oauth.validateAuthResponse(as, client, new URL((await lines.next()).value), state)
const answer = await oauth.authorizationCodeGrantRequest(as, client, none, params, redirect, verifier, open)
const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true })
await oauth.validateApplicationLevelSignature(as, answer, open)
const claims = oauth.getValidatedIdTokenClaims(tokens)
const known = await oauth.processUserInfoResponse(as, client, claims.sub, await oauth.userInfoRequest(as, client, tokens.access_token, open))
const fresh = await oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, none, tokens.refresh_token, open))
await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, none, fresh.refresh_token, open))
let refused = ''
try { await oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, none, fresh.refresh_token, open)) } catch (error) { refused = error.error ?? String(error) }
const leave = new URL(as.end_session_endpoint)
leave.searchParams.set('client_id', id)
leave.searchParams.set('post_logout_redirect_uri', after)
say({ known, refused, go: leave.href })
process.exit(0)
