/// What waits to be written, and who has been told.
struct StoreDesk {
    private(set) var items: [Store.Item] = []
    /// Of the items, how many nobody minds to wait for.
    private var idle = 0
    /// The writer is on its way.
    private var isCalled = false
    /// Idle items have an end to their wait.
    private var isSet = false
    private var isClosed = false

    enum Next {
        case nothing, call, set, refuse
    }

    /// What is to be done for an item that has come.
    mutating func take(_ item: Store.Item, isIdle: Bool) -> Next {
        guard !isClosed else { return .refuse }
        items.append(item)
        if isIdle { idle += 1 }
        guard !isCalled else { return .nothing }
        if idle == items.count {
            defer { isSet = true }
            return isSet ? .nothing : .set
        }
        isCalled = true
        return .call
    }

    /// Idle items have waited long enough, and the writer looks now.
    mutating func ring() { (isSet, idle, isCalled) = (false, 0, true) }

    /// Takes nothing more; what is there waits for nobody.
    mutating func close() { (isClosed, idle) = (true, 0) }

    /// The items that are to be written next; without any it tells whether an alarm is to be set for idle ones.
    mutating func give(atMost most: Int) -> (items: [Store.Item], isToBeSet: Bool) {
        guard items.count > idle else {
            isCalled = false
            defer { isSet = isSet || !items.isEmpty }
            return ([], !isSet && !items.isEmpty)
        }
        let given = Array(items.prefix(most))
        items.removeFirst(given.count)
        // Whoever is left has come behind so many that there is no time to lose.
        idle = 0
        return (given, false)
    }
}
