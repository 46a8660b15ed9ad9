extension Runner {
    /// What a carrier tells of its destination.
    func hasLooked(_ name: String) {
        destinations.hasLooked(name)
        // There may be more than one carrier takes.
        bell.ring()
    }

    func reached(_ name: String) { destinations.reached(name) }

    func unreachable(_ name: String) { destinations.unreachable(name, at: clock()) }

    /// What is due for a destination that couldn't be reached is tried at once; nil: for all of them.
    public func forgive(_ name: String?) {
        destinations.forgive(name)
        bell.ring()
    }

    func ended(_ name: String) {
        destinations.ended(name)
        bell.ring()
    }
}
