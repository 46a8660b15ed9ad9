/// What plugins get as soon as it is there: they are loaded before the queue is opened.
struct PluginServices: Sendable {
    let dns: PluginDNS
    let outbound: PluginOutbound
}
