package main

import (
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// login stands for a person at the browser who logs in to an application of a project (authorization code grant): it
// gives the tokens that the application would get at the end, with no password asked. The application is taken to
// be set as it has to be for nats and kubectl: JWT access tokens, roles and user info in the id_token. kube-apiserver
// takes its groups from there by dyn(claims["urn:zitadel:iam:org:project:<id>:roles"]).map(role, role).
func (m *management) login(c call) (any, error) {
	asked, err := body[struct{ UserID, ClientID, Scope string }](c)
	if err != nil {
		return nil, err
	}
	user := m.user(asked.UserID)
	project, found := m.configuration.projectOfApplication(asked.ClientID)
	switch {
	case user == nil || !user.Human:
		return nil, notFound("Errors.User.NotFound")
	case !found:
		return nil, notFound("Errors.App.NotFound")
	case user.Inactive:
		return nil, precondition("Errors.User.NotActive")
	}
	scopes := strings.Fields(asked.Scope)
	answer, err := (&tokens{instance: m.instance}).respond(user, grantedTokens{
		clientID:   asked.ClientID,
		scopes:     scopes,
		audience:   append([]string{asked.ClientID, project}, audienceOf(scopes)...),
		jwt:        true,
		claims:     claimsOf(user, m.configuration, scopes, project),
		idLifetime: m.configuration.lifetime(),
		userInfo: &oidc.UserInfo{
			Subject:         user.ID,
			UserInfoProfile: oidc.UserInfoProfile{Name: user.Name, PreferredUsername: user.Name},
			UserInfoEmail:   oidc.UserInfoEmail{Email: user.Email, EmailVerified: true},
		},
		methods: []string{"pwd"},
	})
	if err != nil {
		return nil, err
	}
	return answer.Data, nil
}
