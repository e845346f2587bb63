package main

import (
	"encoding/base64"
	"slices"
	"strings"
)

const (
	scopeMetadata = "urn:zitadel:iam:user:metadata"
	scopeRoles    = "urn:zitadel:iam:org:projects:roles"
	scopeRole     = "urn:zitadel:iam:org:project:role:"
	projectPrefix = "urn:zitadel:iam:org:project:id:"
	projectSuffix = ":aud"
)

func isZitadelScope(scope string) bool { return strings.HasPrefix(scope, "urn:zitadel:iam:") }

// audienceOf copies what the client wishes: any project's id, unchecked.
func audienceOf(scopes []string) (audience []string) {
	for _, scope := range scopes {
		id, isProject := strings.CutPrefix(scope, projectPrefix)
		if id, isAudience := strings.CutSuffix(id, projectSuffix); isProject && isAudience {
			audience = append(audience, id)
		}
	}
	return audience
}

// claimsOf gives what Zitadel itself vouches for. A service user's own project is none (""); roles come for the
// projects that a scope names, where a scope asks for roles at all.
func claimsOf(user *user, configuration *configuration, scopes []string, ownProject string) map[string]any {
	claims := map[string]any{}
	if slices.Contains(scopes, scopeMetadata) && len(user.Metadata) > 0 {
		metadata := map[string]string{}
		for key, value := range user.Metadata {
			metadata[key] = base64.RawURLEncoding.EncodeToString(value)
		}
		claims[scopeMetadata] = metadata
	}
	wanted := requestedRoles(scopes)
	projects := []string{ownProject}
	if len(wanted) > 0 || slices.Contains(scopes, scopeRoles) {
		projects = append(projects, audienceOf(scopes)...)
	}
	for _, project := range projects {
		roles := rolesIn(user, configuration, project, wanted)
		if len(roles) == 0 {
			continue
		}
		claims["urn:zitadel:iam:org:project:"+project+":roles"] = roles
		if project == ownProject {
			claims["urn:zitadel:iam:org:project:roles"] = roles
		}
	}
	return claims
}

func requestedRoles(scopes []string) (roles []string) {
	for _, scope := range scopes {
		if role, found := strings.CutPrefix(scope, scopeRole); found {
			roles = append(roles, role)
		}
	}
	return roles
}

// rolesIn maps each role to the organisations that granted it, by id and primary domain.
func rolesIn(user *user, configuration *configuration, project string, wanted []string) map[string]map[string]string {
	roles := map[string]map[string]string{}
	for _, grant := range user.Grants {
		if grant.Project != project {
			continue
		}
		for _, role := range grant.Roles {
			if len(wanted) > 0 && !slices.Contains(wanted, role) {
				continue
			}
			if roles[role] == nil {
				roles[role] = map[string]string{}
			}
			granting, _ := configuration.organisation(grant.Organisation)
			roles[role][granting.ID] = granting.PrimaryDomain
		}
	}
	return roles
}
