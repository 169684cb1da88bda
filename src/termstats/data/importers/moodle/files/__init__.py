"""The files that teachers save of a course of Moodle: logs, gradebooks, reports of quizzes."""
