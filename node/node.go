// Package node assembles a running Comity: from a home folder with its
// configuration, keys and database to the services of band 4, the listener
// for partners, the workers of the links and the socket for officers.
//
// [Init] makes a home, [Open] takes its lock and wires everything, and
// [Node.Serve] runs it. Nothing here decides anything.
//
// Band 6: it may import everything but commands.
package node
