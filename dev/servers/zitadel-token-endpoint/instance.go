package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// instance is all that can change: users with their keys and grants, and the keys that sign tokens. In memory, and in
// a file where one is given, so that a container that is stopped and started again has lost nothing, as Zitadel.
type instance struct {
	configuration *configuration
	file          string
	opaque        op.Crypto

	lock   sync.Mutex
	lastID int64
	state  struct {
		Users   []*user   `json:"users"`
		WebKeys []*webKey `json:"webKeys"`
	}
}

type user struct {
	ID           string                `json:"id"`
	Name         string                `json:"userName"`
	Human        bool                  `json:"human"`
	Email        string                `json:"email"`
	Organisation string                `json:"organisation"`
	TokenType    string                `json:"accessTokenType"`
	Inactive     bool                  `json:"inactive"`
	Keys         map[string]machineKey `json:"keys"`
	Grants       map[string]grant      `json:"grants"`
	Metadata     map[string][]byte     `json:"metadata"`
}

// machineKey is what Zitadel keeps of a service user's key: the public half, as DER.
type machineKey struct {
	PublicKey  []byte    `json:"publicKey"`
	Expiration time.Time `json:"expirationDate"`
}

type grant struct {
	Project      string   `json:"projectId"`
	Organisation string   `json:"organisation"`
	Roles        []string `json:"roleKeys"`
}

func open(configuration *configuration, file string) (*instance, error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, err
	}
	opened := &instance{
		configuration: configuration,
		file:          file,
		opaque:        op.NewAES256GCMCrypto(secret, "1"),
		lastID:        time.Now().UnixNano() / 4, // as long as Zitadel's ids, and higher at each start
	}
	text, err := os.ReadFile(file)
	if err == nil {
		return opened, json.Unmarshal(text, &opened.state)
	}
	if file != "" && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, user := range configuration.Users {
		opened.add(user)
	}
	for _, state := range []string{stateActive, stateInitial} { // two from the start: the second signs next
		if _, err := opened.addWebKey(jose.RS256, state); err != nil {
			return nil, err
		}
	}
	return opened, opened.save()
}

func (i *instance) save() error {
	if i.file == "" {
		return nil
	}
	text, err := json.Marshal(i.state)
	if err != nil {
		return err
	}
	if err := os.WriteFile(i.file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(i.file+".new", i.file)
}

func (i *instance) newID() string {
	i.lastID++
	return strconv.FormatInt(i.lastID, 10)
}

func (i *instance) add(added *user) {
	if added.ID == "" {
		added.ID = i.newID()
	}
	if added.Keys == nil {
		added.Keys = map[string]machineKey{}
	}
	if added.Grants == nil {
		added.Grants = map[string]grant{}
	}
	if added.Metadata == nil {
		added.Metadata = map[string][]byte{}
	}
	i.state.Users = append(i.state.Users, added)
}

func (i *instance) user(id string) *user {
	return i.find(func(u *user) bool { return u.ID == id })
}

func (i *instance) find(matches func(*user) bool) *user {
	if at := slices.IndexFunc(i.state.Users, matches); at >= 0 {
		return i.state.Users[at]
	}
	return nil
}
