package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"slices"
	"time"
)

func (m *management) addMachineUser(c call) (any, error) {
	asked, err := body[struct{ UserName, Name, AccessTokenType string }](c)
	if err != nil {
		return nil, err
	}
	if asked.Name == "" {
		return nil, invalid("name is required")
	}
	return m.addUser(c, &user{Name: asked.UserName, TokenType: asked.AccessTokenType})
}

func (m *management) importHumanUser(c call) (any, error) {
	asked, err := body[struct {
		UserName string
		Email    struct{ Email string }
	}](c)
	if err != nil {
		return nil, err
	}
	return m.addUser(c, &user{Name: asked.UserName, Human: true, Email: asked.Email.Email})
}

// addUser refuses a name that its organisation has already; another organisation may have it too.
func (m *management) addUser(c call, added *user) (any, error) {
	if added.Name == "" {
		return nil, invalid("userName is required")
	}
	if m.find(func(u *user) bool { return u.Name == added.Name && u.Organisation == c.organisation }) != nil {
		return nil, exists("Errors.User.AlreadyExists")
	}
	added.Organisation = c.organisation
	m.add(added)
	return fields{"userId": added.ID}, nil
}

func (m *management) searchUsers(c call) (any, error) {
	asked, err := body[struct {
		Queries []struct{ UserNameQuery struct{ UserName string } }
	}](c)
	if err != nil {
		return nil, err
	}
	result := []fields{}
	for _, user := range m.state.Users {
		matches := user.Organisation == c.organisation
		for _, query := range asked.Queries {
			matches = matches && query.UserNameQuery.UserName == user.Name
		}
		if matches {
			result = append(result, fields{"id": user.ID, "userName": user.Name})
		}
	}
	return fields{"result": result}, nil
}

// userOf finds the user that the path names.
func (m *management) userOf(c call) (*user, error) {
	if user := m.user(c.PathValue("id")); user != nil {
		return user, nil
	}
	return nil, notFound("Errors.User.NotFound")
}

func (m *management) removeUser(c call) (any, error) {
	removed, err := m.userOf(c)
	m.state.Users = slices.DeleteFunc(m.state.Users, func(u *user) bool { return u == removed })
	return fields{}, err
}

func (m *management) deactivateUser(c call) (any, error) {
	user, err := m.userOf(c)
	if err != nil {
		return nil, err
	}
	if user.Inactive {
		return nil, precondition("Errors.User.AlreadyInactive")
	}
	user.Inactive = true
	return fields{}, nil
}

func (m *management) addKey(c call) (any, error) {
	user, err := m.userOf(c)
	if err != nil {
		return nil, err
	}
	asked, err := body[struct {
		Type           string
		ExpirationDate time.Time
	}](c)
	switch {
	case err != nil:
		return nil, err
	case asked.Type != "KEY_TYPE_JSON":
		return nil, invalid("type must be KEY_TYPE_JSON")
	case user.Human:
		return nil, precondition("Errors.User.NotMachine")
	case asked.ExpirationDate.IsZero():
		asked.ExpirationDate = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, err
	}
	id := m.newID()
	user.Keys[id] = machineKey{public, asked.ExpirationDate}
	details, err := keyFile(id, user.ID, private, asked.ExpirationDate)
	return fields{"keyId": id, "keyDetails": details}, err
}

// keyFile is what the device gets. As bytes, which JSON shows in base64: so does Zitadel.
func keyFile(id, userID string, key *rsa.PrivateKey, expiration time.Time) ([]byte, error) {
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return json.Marshal(struct {
		Type           string    `json:"type"`
		KeyID          string    `json:"keyId"`
		Key            string    `json:"key"`
		ExpirationDate time.Time `json:"expirationDate"`
		UserID         string    `json:"userId"`
	}{"serviceaccount", id, string(pem.EncodeToMemory(block)), expiration.UTC(), userID})
}

func (m *management) removeKey(c call) (any, error) {
	user, err := m.userOf(c)
	if err != nil {
		return nil, err
	}
	if _, found := user.Keys[c.PathValue("key")]; !found {
		return nil, notFound("Errors.User.Machine.Key.NotFound")
	}
	delete(user.Keys, c.PathValue("key"))
	return fields{}, nil
}

func (m *management) setMetadata(c call) (any, error) {
	user, err := m.userOf(c)
	if err != nil {
		return nil, err
	}
	asked, err := body[struct{ Value []byte }](c)
	if err != nil {
		return nil, err
	}
	user.Metadata[c.PathValue("key")] = asked.Value
	return fields{"id": user.ID}, nil
}

// addGrant gives roles in the name of the calling organisation, which is the one that tokens will name.
func (m *management) addGrant(c call) (any, error) {
	user, err := m.userOf(c)
	if err != nil {
		return nil, err
	}
	asked, err := body[struct {
		ProjectID string
		RoleKeys  []string
	}](c)
	switch {
	case err != nil:
		return nil, err
	case !m.configuration.hasProject(asked.ProjectID):
		return nil, precondition("Errors.Project.NotFound")
	}
	for _, existing := range user.Grants {
		if existing.Project == asked.ProjectID && existing.Organisation == c.organisation {
			return nil, exists("Errors.UserGrant.AlreadyExists")
		}
	}
	id := m.newID()
	user.Grants[id] = grant{asked.ProjectID, c.organisation, asked.RoleKeys}
	return fields{"userGrantId": id}, nil
}
