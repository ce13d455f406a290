internal import Glibc

/// libldap's own configuration: `ldap.conf`, `.ldaprc` in the home and in the working directory, and variables such as
/// `LDAPTLS_REQCERT`.
package enum LDAPDefaults {
    /// Lets libldap read none of it. What bears on trust is set on each connection as well. To be called once, at the start
    /// of a process of our own: the environment may only be changed while nobody else reads it.
    package static func ignore() {
        setenv("LDAPNOINIT", "1", 1)
    }
}
