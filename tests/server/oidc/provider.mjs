// A provider on this machine: anybody signs in under any name; what it says of them is in accounts.
import { Provider } from 'oidc-provider';

const [port, redirect, accountsText] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const accounts = JSON.parse(accountsText);

const provider = new Provider(issuer, {
  clients: [{ client_id: 'tocsin', client_secret: 'a secret of 32 characters or so!', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  scopes: ['openid', 'email', 'profile'],
  pkce: { required: () => true, methods: ['S256'] },
  cookies: { keys: ['not a secret'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
});

provider.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ is: 'ready', issuer })));
