// The access token in the browser.
export { userFromToken, type User } from "./claims.js";
export { createTokenManager, type TokenManagerOptions, type TokenNames } from "./create-token-manager.js";
export { createTokenFetch, fetchWithToken, type Send, type TokenFetch } from "./fetch-with-token.js";
export { TabChannel, type TabChannelOptions } from "./tab-channel.js";
export { TokenManager } from "./token-manager.js";
