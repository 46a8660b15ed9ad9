package import Backend

/// The hosts that take the mail of some recipients, and how they are spoken to.
package struct Route: Sendable {
    package enum Place: Sendable, Hashable {
        case host(Remote)
        /// A unix socket.
        case path(String)
    }

    package enum Security: Sendable, Equatable {
        case off
        case offered
        case required
        case verified
    }

    /// In the order in which they are to be tried.
    package var places: [Place]
    package var isLMTP = false
    package var security = Security.off
    package var login: BackendTerms.Login?

    package init(_ places: [Place]) { self.places = places }

    /// As an ini file's common keys say.
    package init(_ terms: BackendTerms, _ pool: HostPool) {
        places = pool.order().map { .host($0) }
        login = terms.login
        security =
            switch terms.security {
            case .off: .off
            case .offered: .offered
            case .required: terms.verifiesTLS ? .verified : .required
            }
    }
}
