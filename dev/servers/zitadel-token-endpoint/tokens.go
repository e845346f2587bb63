package main

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// tokens serves discovery, the key set and the JWT profile grant (RFC 7523), and no other grant.
type tokens struct {
	op.UnimplementedServer
	*instance
}

var endpoints = op.Endpoints{Token: op.NewEndpoint("/oauth/v2/token"), JwksURI: op.NewEndpoint("/oauth/v2/keys")}

func tokenHandler(instance *instance) http.Handler {
	return op.RegisterServer(&tokens{instance: instance}, endpoints)
}

func (t *tokens) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	issuer := t.configuration.Issuer
	return op.NewResponse(&oidc.DiscoveryConfiguration{
		Issuer:                           issuer,
		TokenEndpoint:                    endpoints.Token.Absolute(issuer),
		JwksURI:                          endpoints.JwksURI.Absolute(issuer),
		GrantTypesSupported:              []oidc.GrantType{oidc.GrantTypeBearer},
		ResponseTypesSupported:           []string{"code", "id_token", "id_token token"},
		SubjectTypesSupported:            []string{"public"},
		IDTokenSigningAlgValuesSupported: []string{"EdDSA", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"},
	}), nil
}

func (t *tokens) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	response := op.NewResponse(t.published())
	response.Header.Set("Cache-Control", "max-age=300, must-revalidate")
	return response, nil
}

// A bad assertion, a wrong clock, a removed key: Zitadel says the same of each, and that it is its own fault.
var (
	errAssertion = op.NewStatusError(oidc.ErrServerError().WithDescription("Errors.Internal"), http.StatusInternalServerError)
	errNotActive = op.NewStatusError(oidc.ErrInvalidRequest().WithDescription("Errors.User.NotActive"), http.StatusBadRequest)
)

func (t *tokens) JWTProfile(ctx context.Context, r *op.Request[oidc.JWTProfileGrantRequest]) (*op.Response, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	verifier := op.NewJWTProfileVerifier(t, t.configuration.Issuer, time.Hour, time.Second)
	assertion, err := op.VerifyJWTAssertion(ctx, r.Data.Assertion, verifier)
	if err != nil {
		return nil, errAssertion
	}
	scopes, err := op.ValidateAuthReqScopes(serviceUserScopes{}, r.Data.Scope)
	if err != nil {
		return nil, err
	}
	user := t.user(assertion.Subject)
	if user.Inactive {
		return nil, errNotActive
	}
	return t.respond(user, grantedTokens{
		clientID: user.Name, // not the user's id: a name that can be made again
		scopes:   scopes,
		audience: audienceOf(scopes),
		jwt:      user.TokenType == "ACCESS_TOKEN_TYPE_JWT",
		claims:   claimsOf(user, t.configuration, scopes, ""),
	})
}

// GetKeyByIDAndClientID finds the key that an assertion names; the verifier has seen that iss and sub are the same.
func (t *tokens) GetKeyByIDAndClientID(_ context.Context, keyID, userID string) (*jose.JSONWebKey, error) {
	user := t.user(userID)
	if user == nil || user.Human {
		return nil, errors.New("no such service user")
	}
	key, found := user.Keys[keyID]
	if !found || time.Now().After(key.Expiration) {
		return nil, errors.New("no such key")
	}
	public, err := x509.ParsePKIXPublicKey(key.PublicKey)
	return &jose.JSONWebKey{KeyID: keyID, Use: "sig", Key: public}, err
}

// Unknown scopes go without a word; Zitadel's own and the standard ones stay.
type serviceUserScopes struct{ op.Client }

func (serviceUserScopes) IsScopeAllowed(scope string) bool { return isZitadelScope(scope) }

// grantedTokens is what the tokens of one answer say beside who they are for.
type grantedTokens struct {
	clientID   string
	scopes     []string
	audience   []string
	jwt        bool
	claims     map[string]any
	idLifetime time.Duration // zero for service users: their id_token has expired when it is made
	userInfo   *oidc.UserInfo
	methods    []string
}

func (t *tokens) respond(user *user, granted grantedTokens) (*op.Response, error) {
	expiration := time.Now().Add(t.configuration.lifetime())
	tokenID := "V2_" + t.newID() + "-at_" + t.newID()
	response := &oidc.AccessTokenResponse{
		TokenType: oidc.BearerToken,
		ExpiresIn: uint64(t.configuration.TokenLifetimeSeconds),
	}
	var err error
	if granted.jwt {
		claims := oidc.NewAccessTokenClaims(t.configuration.Issuer, user.ID, granted.audience, expiration, tokenID, granted.clientID, 0)
		claims.Claims = granted.claims
		response.AccessToken, err = t.sign(claims)
	} else {
		response.AccessToken, err = op.CreateBearerToken(tokenID, user.ID, t.opaque)
	}
	if err == nil && slices.Contains(granted.scopes, oidc.ScopeOpenID) {
		response.IDToken, err = t.idToken(user, granted, response.AccessToken)
	}
	return op.NewResponse(response), err
}

func (t *tokens) idToken(user *user, granted grantedTokens, accessToken string) (string, error) {
	now := time.Now()
	claims := oidc.NewIDTokenClaims(t.configuration.Issuer, user.ID, granted.audience, now.Add(granted.idLifetime), now, "", "", granted.methods, granted.clientID, 0)
	if granted.userInfo != nil {
		claims.SetUserInfo(granted.userInfo)
	}
	claims.Claims = granted.claims
	hash, err := oidc.ClaimHash(accessToken, jose.SignatureAlgorithm(t.activeWebKey().Key.Algorithm))
	if err != nil {
		return "", err
	}
	claims.AccessTokenHash = hash
	return t.sign(claims)
}

func (t *tokens) sign(claims any) (string, error) {
	signer, err := t.activeWebKey().signer()
	if err != nil {
		return "", err
	}
	return crypto.Sign(claims, signer)
}
