// A department's system with openid-client, unchanged: prints where to send the browser, reads where it came back to.
import { createInterface } from 'node:readline/promises'
import * as client from 'openid-client'

const [issuer, id, secret, redirect, after] = process.argv.slice(2)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (what) => console.log(JSON.stringify(what))

const config = await client.discovery(new URL(issuer), id, secret, undefined, { execute: [client.allowInsecureRequests] })
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState(), nonce = client.randomNonce()
say({ go: client.buildAuthorizationUrl(config, {
  redirect_uri: redirect, scope: 'openid profile email', state, nonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
}).href })
const back = new URL((await lines.next()).value)
const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })
const claims = tokens.claims()
const known = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
const again = await client.fetchUserInfo(config, fresh.access_token, claims.sub)
say({ known, again, go: client.buildEndSessionUrl(config, { post_logout_redirect_uri: after, id_token_hint: fresh.id_token, state: 'bye' }).href })
await lines.next()
let refused = ''
try { await client.refreshTokenGrant(config, fresh.refresh_token) } catch (error) { refused = error.error ?? String(error) }
say({ refused })
process.exit(0)
