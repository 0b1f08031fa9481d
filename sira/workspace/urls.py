"""The agent's pages."""

from django.urls import path

from sira.workspace.views import acting, deciding, finding, opening, people, queue, several, ticket

app_name = "workspace"
urlpatterns = [
    path("desk/", queue.desk, name="desk"),
    path("desk/queue/", queue.table, name="table"),
    path("desk/queue/several/", several.several, name="several"),
    path("desk/mine/", queue.mine, name="mine"),
    path("desk/approvals/", deciding.approvals, name="approvals"),
    path("desk/approvals/<int:key>/", deciding.approval, name="approval"),
    path("desk/tasks/", deciding.work_list, name="tasks"),
    path("desk/tasks/<int:key>/claim/", deciding.claim, name="claim_task"),
    path("desk/tasks/files/<int:key>/", deciding.task_file, name="task_file"),
    path("desk/tasks/<int:key>/hand-back/", deciding.hand_back, name="hand_back_task"),
    path("desk/views/", queue.save_view, name="save_view"),
    path("desk/views/<int:key>/forget/", queue.forget_view, name="forget_view"),
    path("desk/find/", finding.find, name="find"),
    path("desk/commands/", finding.commands, name="commands"),
    path("desk/new/", opening.new_ticket, name="new_ticket"),
    path("desk/people/<int:key>/", people.person, name="person"),
    path("desk/files/<int:key>/", ticket.file, name="file"),
    path("tickets/<str:number>/", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/answer/", acting.answer, name="answer"),
    path("tickets/<str:number>/take/", acting.take, name="take"),
    path("tickets/<str:number>/assign/", acting.assign, name="assign"),
    path("tickets/<str:number>/begin/", acting.begin, name="begin"),
    path("tickets/<str:number>/wait/", acting.wait, name="wait"),
    path("tickets/<str:number>/hold/", acting.hold, name="hold"),
    path("tickets/<str:number>/resume/", acting.resume, name="resume"),
    path("tickets/<str:number>/resolve/", acting.resolve, name="resolve"),
    path("tickets/<str:number>/close/", acting.close, name="close"),
    path("tickets/<str:number>/reopen/", acting.reopen, name="reopen"),
    path("tickets/<str:number>/change/", acting.change, name="change"),
    path("tickets/<str:number>/priority/", acting.priority, name="priority"),
    path("tickets/<str:number>/tasks/<int:key>/", acting.finish_task, name="finish_task"),
    path("tickets/<str:number>/watch/", acting.watch, name="watch"),
    path("tickets/<str:number>/link/", acting.link, name="link"),
    path("tickets/<str:number>/merge/", acting.merge, name="merge"),
    path("tickets/<str:number>/merge/<int:key>/undo/", acting.undo_merge, name="undo_merge"),
    path("tickets/<str:number>/mails/<int:key>/again/", acting.send_again, name="send_again"),
    path("tickets/<str:number>/messages/<int:key>/", ticket.mail_frame, name="mail_frame"),
]
