package main

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// management serves the part of Zitadel's management and web key APIs that enrolling a device and rotating keys need,
// with Zitadel's paths and fields, and below /test/ what stands for a browser. Every call needs the one token.
type management struct {
	*http.ServeMux
	*instance
}

// call is one request, and the organisation that it acts for.
type call struct {
	*http.Request
	organisation string
}

type fields map[string]any

// refusal has gRPC's code beside HTTP's, as Zitadel's gateway answers.
type refusal struct {
	status, code int
	message      string
}

func (r refusal) Error() string { return r.message }

func invalid(message string) error      { return refusal{http.StatusBadRequest, 3, message} }
func notFound(message string) error     { return refusal{http.StatusNotFound, 5, message} }
func exists(message string) error       { return refusal{http.StatusConflict, 6, message} }
func precondition(message string) error { return refusal{http.StatusBadRequest, 9, message} }

func managementHandler(instance *instance) *management {
	m := &management{http.NewServeMux(), instance}
	m.on("POST /management/v1/users/machine", m.addMachineUser)
	m.on("POST /management/v1/users/human/_import", m.importHumanUser)
	m.on("POST /management/v1/users/_search", m.searchUsers)
	m.on("DELETE /management/v1/users/{id}", m.removeUser)
	m.on("POST /management/v1/users/{id}/_deactivate", m.deactivateUser)
	m.on("POST /management/v1/users/{id}/keys", m.addKey)
	m.on("DELETE /management/v1/users/{id}/keys/{key}", m.removeKey)
	m.on("POST /management/v1/users/{id}/metadata/{key}", m.setMetadata)
	m.on("POST /management/v1/users/{id}/grants", m.addGrant)
	m.on("GET /v2/web_keys", m.listWebKeys)
	m.on("POST /v2/web_keys", m.createWebKey)
	m.on("POST /v2/web_keys/{key}/activate", m.activateWebKey)
	m.on("DELETE /v2/web_keys/{key}", m.deleteWebKey)
	m.on("POST /test/login", m.login)
	return m
}

func (m *management) serves(r *http.Request) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return first == "management" || first == "v2" || first == "test"
}

func (m *management) on(pattern string, answer func(call) (any, error)) {
	m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		m.lock.Lock()
		defer m.lock.Unlock()
		response, err := m.authorized(r, answer)
		if err == nil {
			err = m.save()
		}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			refused := refusal{http.StatusInternalServerError, 13, err.Error()}
			errors.As(err, &refused)
			w.WriteHeader(refused.status)
			response = fields{"code": refused.code, "message": refused.message}
		}
		json.NewEncoder(w).Encode(response)
	})
}

func (m *management) authorized(r *http.Request, answer func(call) (any, error)) (any, error) {
	wanted := "Bearer " + m.configuration.ManagementToken
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(wanted)) != 1 {
		return nil, refusal{http.StatusUnauthorized, 16, "Errors.Token.Invalid"}
	}
	organisation := r.Header.Get("x-zitadel-orgid")
	if organisation == "" {
		organisation = m.configuration.Organisations[0].ID
	}
	if _, found := m.configuration.organisation(organisation); !found {
		return nil, refusal{http.StatusForbidden, 7, "Organisation doesn't exist"}
	}
	return answer(call{r, organisation})
}

func body[T any](c call) (*T, error) {
	read := new(T)
	if err := json.NewDecoder(c.Body).Decode(read); err != nil {
		return nil, invalid("the body can't be read: " + err.Error())
	}
	return read, nil
}
