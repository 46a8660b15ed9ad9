extension Call where Kind == HookKind.Message {
    /// Where a new header field goes.
    public enum HeaderPlace: Sendable {
        case top
        case end
    }

    /// The value of the nth field of that name, unfolded as it stands, without outer blanks; nil when there is none.
    public func header(_ name: String, _ nth: Int = 0) -> String? {
        unsafe Value.askBytes { buffer, capacity, need in
            unsafe name.withView { name in
                guard let header = unsafe host.tables.message?.pointee.header else {
                    return hk_status(HK_E_UNSUPPORTED)
                }
                return unsafe header(
                    host.tables.context,
                    transaction,
                    name,
                    UInt32(clamping: nth),
                    buffer,
                    capacity,
                    need
                )
            }
        }.value?.string
    }

    /// The values of all fields of that name in their order.
    public func headers(_ name: String) -> [String] {
        var values: [String] = []
        while let value = header(name, values.count) { values.append(value) }
        return values
    }

    /// Adds a field; the value may hold folded lines.
    public func addHeader(_ name: String, _ value: String, at place: HeaderPlace = .top) throws(HostError) {
        try edit(place == .top ? HK_EDIT_ADD_TOP : HK_EDIT_ADD_END, name, value, 0)
    }

    /// Removes the nth field of that name, or all of them.
    public func removeHeader(_ name: String, _ nth: Int? = nil) throws(HostError) {
        try edit(HK_EDIT_REMOVE, name, nil, nth.map { UInt32(clamping: $0) } ?? .max)
    }

    /// Gives the nth field of that name another value; throws "not found" without one.
    public func replaceHeader(_ name: String, _ value: String, _ nth: Int = 0) throws(HostError) {
        try edit(HK_EDIT_REPLACE, name, value, UInt32(clamping: nth))
    }

    private func edit(_ operation: Int, _ name: String, _ value: String?, _ nth: UInt32) throws(HostError) {
        try stage("header \(name)") { tables, call in
            unsafe name.withView { name in
                unsafe value.withView { value in
                    unsafe tables.message?.pointee.edit(tables.context, call, Int32(operation), name, value, nth)
                }
            }
        }
    }
}
