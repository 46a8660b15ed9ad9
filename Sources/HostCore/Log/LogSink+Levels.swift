extension LogSink {
    @inline(__always)
    func data(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.data, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func `protocol`(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.`protocol`, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func debug(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.debug, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func info(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.info, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func notice(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.notice, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func warn(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.warn, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func error(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.error, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func crit(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.crit, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func alert(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.alert, message(), id: id(), plugin: plugin(), fields()) }

    @inline(__always)
    func emerg(
        _ message: @autoclosure () -> String,
        id: @autoclosure () -> String? = nil,
        plugin: @autoclosure () -> String? = nil,
        _ fields: @autoclosure () -> [LogField] = []
    ) { write(.emerg, message(), id: id(), plugin: plugin(), fields()) }
}
