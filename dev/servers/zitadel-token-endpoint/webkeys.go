package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// webKey signs tokens while it is active, and is published from its creation until someone deletes it.
type webKey struct {
	Key   jose.JSONWebKey `json:"key"`
	State string          `json:"state"`
}

const (
	stateInitial  = "STATE_INITIAL"
	stateActive   = "STATE_ACTIVE"
	stateInactive = "STATE_INACTIVE"
)

func (i *instance) addWebKey(algorithm jose.SignatureAlgorithm, state string) (*webKey, error) {
	private, err := privateKey(algorithm)
	if err != nil {
		return nil, err
	}
	key := jose.JSONWebKey{Key: private, KeyID: i.newID(), Algorithm: string(algorithm), Use: "sig"}
	added := &webKey{Key: key, State: state}
	i.state.WebKeys = append(i.state.WebKeys, added)
	return added, nil
}

func privateKey(algorithm jose.SignatureAlgorithm) (any, error) {
	if algorithm == jose.ES256 {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

func (i *instance) webKey(id string) *webKey {
	at := slices.IndexFunc(i.state.WebKeys, func(k *webKey) bool { return k.Key.KeyID == id })
	if at < 0 {
		return nil
	}
	return i.state.WebKeys[at]
}

func (i *instance) activeWebKey() *webKey {
	at := slices.IndexFunc(i.state.WebKeys, func(k *webKey) bool { return k.State == stateActive })
	return i.state.WebKeys[at]
}

func (i *instance) published() *jose.JSONWebKeySet {
	set := &jose.JSONWebKeySet{}
	for _, key := range i.state.WebKeys {
		set.Keys = append(set.Keys, key.Key.Public())
	}
	return set
}

func (k *webKey) signer() (jose.Signer, error) {
	signing := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Key.Algorithm), Key: &k.Key}
	return jose.NewSigner(signing, (&jose.SignerOptions{}).WithType("JWT"))
}

func (m *management) listWebKeys(call) (any, error) {
	keys := []fields{}
	for _, key := range m.state.WebKeys {
		keys = append(keys, fields{"id": key.Key.KeyID, "state": key.State})
	}
	return fields{"webKeys": keys}, nil
}

// createWebKey publishes a key that does not sign yet: RSA, unless "ecdsa" is asked for.
func (m *management) createWebKey(c call) (any, error) {
	asked, err := body[struct{ ECDSA *struct{} }](c)
	if err != nil {
		return nil, err
	}
	algorithm := jose.RS256
	if asked.ECDSA != nil {
		algorithm = jose.ES256
	}
	key, err := m.addWebKey(algorithm, stateInitial)
	if err != nil {
		return nil, err
	}
	return fields{"id": key.Key.KeyID}, nil
}

func (m *management) activateWebKey(c call) (any, error) {
	key := m.webKey(c.PathValue("key"))
	if key == nil {
		return nil, notFound("Errors.WebKey.NotFound")
	}
	m.activeWebKey().State = stateInactive
	key.State = stateActive
	return fields{}, nil
}

func (m *management) deleteWebKey(c call) (any, error) {
	key := m.webKey(c.PathValue("key"))
	if key != nil && key.State == stateActive {
		return nil, precondition("Errors.WebKey.ActiveDelete")
	}
	m.state.WebKeys = slices.DeleteFunc(m.state.WebKeys, func(k *webKey) bool { return k == key })
	return fields{}, nil
}
