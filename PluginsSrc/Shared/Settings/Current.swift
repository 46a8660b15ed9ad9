package import Synchronization

/// What a plugin has read from its configuration: read by calls on all threads, replaced as a whole by `reconfigure`.
///
/// It is read for every recipient, so it is a class, which takes one retain, and `get` is inlined into the plugin.
package final class Current<Value: AnyObject & Sendable>: Sendable {
    @usableFromInline package let value: Mutex<Value>

    package init(_ value: Value) { self.value = Mutex(value) }

    /// What is in force now; a call that took it keeps it to its end.
    @inlinable package func get() -> Value { value.withLock { $0 } }

    package func set(_ new: Value) { value.withLock { $0 = new } }
}
