package store

// Asked gives the texts that were asked outside acts so far.
func (db *DB) Asked() (texts []string) {
	db.prepared.Range(func(text, _ any) bool { texts = append(texts, text.(string)); return true })
	return texts
}
